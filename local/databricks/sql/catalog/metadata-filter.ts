/** What the metadata calls may ask for; patterns as in JDBC: `%` for any text, `_` for any character. */
export interface MetadataFilter {
  catalogName?: string;
  schemaName?: string;
  tableName?: string;
  columnName?: string;
  functionName?: string;
  tableTypes?: string[] | null;
  /** Of GetCrossReference: the referenced table and the referencing one. */
  parentCatalogName?: string;
  parentSchemaName?: string;
  parentTableName?: string;
  foreignCatalogName?: string;
  foreignSchemaName?: string;
  foreignTableName?: string;
}
