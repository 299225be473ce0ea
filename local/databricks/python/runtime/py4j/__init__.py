"""The exceptions of the bridge to the driver's JVM. There is no JVM here; notebooks catch its exceptions by these names."""
