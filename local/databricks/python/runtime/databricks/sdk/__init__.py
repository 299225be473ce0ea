"""The SDK itself is not in the emulator; only `databricks.sdk.runtime` is."""

from emulator.errors import Refused

WorkspaceClient = Refused("databricks.sdk.WorkspaceClient")
AccountClient = Refused("databricks.sdk.AccountClient")
