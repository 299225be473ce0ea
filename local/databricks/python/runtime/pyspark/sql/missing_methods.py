"""Names that PySpark has and the emulator has not: using one says so, where a mistyped name is an AttributeError."""

DATAFRAME_METHODS = set(
    """
    approxQuantile checkpoint colRegex corr cov createGlobalTempView createOrReplaceGlobalTempView crosstab cube describe
    dropDuplicatesWithinWatermark exists explain foreach foreachPartition freqItems groupingSets inputFiles isStreaming
    localCheckpoint mapInArrow mapInPandas melt mergeInto metadataColumn observe pandas_api plot randomSplit rdd
    repartitionByRange replace rollup sameSemantics sample sampleBy scalar semanticHash sortWithinPartitions sparkContext
    sql_ctx stat storageLevel summary to toArrow toJSON to_koalas to_pandas_on_spark transpose unpivot withMetadata
    withWatermark writeStream executionInfo lateralJoin asTable
    """.split()
)

SESSION_METHODS = set(
    """
    active addArtifact addArtifacts addTag clearTags client copyFromLocalToFs dataSource experimental getTags
    interruptAll interruptOperation interruptTag newSession profile readStream removeTag sparkContext stop streams tvf udf
    udtf
    """.split()
)
