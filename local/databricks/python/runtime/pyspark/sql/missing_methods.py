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

FUNCTIONS = set(
    """
    aggregate arrays_overlap array_insert array_size array_sort assert_true bitmap_count bit_count bitwise_not btrim
    call_function call_udf char chr collate contains convert_timezone cot count_if csc current_timezone date_part datepart
    decode dayname encode exists filter forall format_number from_csv from_xml grouping input_file_name input_file_block_length
    inline_outer isnotnull java_method json_object_keys json_tuple levenshtein ln locate localtimestamp log log1p make_date
    make_dt_interval make_interval make_timestamp make_ym_interval map_filter map_from_entries map_zip_with mask
    max_by mode monotonically_increasing_id monthname named_struct nanvl octet_length pandas_udf parse_json parse_url
    position posexplode_outer printf product raise_error reduce reflect rint schema_of_csv schema_of_json sec sentences
    session_window shuffle skewness soundex spark_partition_id stack str_to_map to_binary to_char to_csv to_number
    to_unix_timestamp to_varchar to_xml transform transform_keys transform_values try_add try_avg try_divide try_multiply
    try_subtract try_sum typeof udf udtf unix_date unix_micros unix_millis unix_seconds unwrap_udt url_decode url_encode
    variant_get width_bucket window window_time xpath zip_with zeroifnull nullifzero is_variant_null try_variant_get
    try_parse_json partitioning years months days hours bucket
    """.split()
)
