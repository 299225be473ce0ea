/**
 * DuckDB runs statements on Node's thread pool, where four long ones would hold up every other statement and all file
 * access. The pool takes its size from the environment when it is first used, so this module is imported before anything
 * that uses it; a size that is set already is kept.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '32';
