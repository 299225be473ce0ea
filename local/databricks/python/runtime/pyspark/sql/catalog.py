"""`spark.catalog`: names of the warehouse, asked for in SQL."""

from emulator import spark, sql_text
from emulator.errors import NotInEmulator
from pyspark.errors import AnalysisException

_NOT_THERE = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "NO_SUCH_CATALOG_EXCEPTION")


class Catalog:
    def __init__(self, session):
        self._session = session

    def tableExists(self, tableName, dbName=None):
        name = f"{dbName}.{tableName}" if dbName else tableName
        try:
            spark.execute(f"SELECT * FROM {name} LIMIT 0")
        except AnalysisException as error:
            if str(error.getErrorClass()).startswith(_NOT_THERE):
                return False
            raise
        return True

    def databaseExists(self, dbName):
        *catalog, schema = dbName.replace("`", "").split(".")
        inside = f" IN {sql_text.quote(catalog[0])}" if catalog else ""
        _, rows = spark.execute(f"SHOW SCHEMAS{inside}")
        return schema.lower() in [row[0].lower() for row in rows]

    def currentDatabase(self):
        return spark.execute("SELECT current_schema()")[1][0][0]

    def currentCatalog(self):
        return spark.execute("SELECT current_catalog()")[1][0][0]

    def setCurrentDatabase(self, dbName):
        spark.execute(f"USE SCHEMA {dbName}")

    def setCurrentCatalog(self, catalogName):
        spark.execute(f"USE CATALOG {sql_text.quote(catalogName)}")

    def dropTempView(self, viewName):
        return self._session._drop_view(viewName)

    def refreshTable(self, tableName):
        pass

    def clearCache(self):
        pass

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotInEmulator(f"spark.catalog.{name}")
