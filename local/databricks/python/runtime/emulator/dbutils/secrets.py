"""`dbutils.secrets`, from the scopes of the Secrets API."""

import base64
from collections import namedtuple

from emulator import host
from emulator.dbutils.utility import Utility

SecretMetadata = namedtuple("SecretMetadata", "key")
SecretScope = namedtuple("SecretScope", "name")


class Secrets(Utility):
    _name = "secrets"

    def get(self, scope, key):
        return self.getBytes(scope, key).decode("utf-8")

    def getBytes(self, scope, key):
        return base64.b64decode(host.call("secrets.get", scope=scope, key=key))

    def list(self, scope):
        return [SecretMetadata(key) for key in host.call("secrets.list", scope=scope)]

    def listScopes(self):
        return [SecretScope(name) for name in host.call("secrets.listScopes")]
