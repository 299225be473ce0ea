import { types } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse, refusal, failure } from './failures.ts';
import { scalar, type SqlFunction } from './function.ts';

/** Text as its bytes in UTF-8. */
const BASE64 = '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?';

function sha2(args: readonly Expression[]): string {
  const bits = Number(args[1]?.constant);
  if (bits === 0 || bits === 256) return 'sha256({0})';
  if ([224, 384, 512].includes(bits)) throw notInWarehouse(`sha2 with ${bits} bits`);
  return 'CAST(NULL AS VARCHAR)';
}

function inUtf8(name: string, sql: string) {
  return (args: readonly Expression[]): string => {
    const charset = String(args[1]?.constant);
    if (/^utf-?8$/i.test(charset)) return sql;
    throw notInWarehouse(`${name} with the character set '${charset}'`);
  };
}

/** `decode(expr, search1, result1, …, default)`: the first result whose search is the expression, NULL among them. */
function cases(args: readonly Expression[]): string {
  const pairs: string[] = [];
  for (let index = 1; index + 1 < args.length; index += 2)
    pairs.push(`WHEN {0} IS NOT DISTINCT FROM {${index}} THEN {${index + 1}}`);
  return `CASE ${pairs.join(' ')}${args.length % 2 === 0 ? ` ELSE {${args.length - 1}}` : ''} END`;
}
export { cases as decodeCases };

/** Hashes and encodings. */
export const ENCODING_FUNCTIONS: readonly SqlFunction[] = [
  scalar('md5', { takes: ['bytes'], returns: types.string, sql: 'md5({0})' }, [
    ["md5('Spark')", '8cde774d6f7333752ed72cacddb05126', 'string'],
  ]),
  scalar(
    'sha1',
    { takes: ['bytes'], returns: types.string, sql: 'sha1({0})' },
    [
      ["sha1('Spark')", '85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c', 'string'],
      ["sha('Spark')", '85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c', 'string'],
    ],
    { aliases: ['sha'] },
  ),
  scalar('sha2', { takes: ['bytes', 'intLiteral'], returns: types.string, sql: sha2, nullable: true }, [
    ["sha2('Spark', 256)", '529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b', 'string'],
    ["sha2('Spark', 0)", '529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b', 'string'],
    ["sha2('Spark', 1)", null, 'string'],
  ]),
  scalar('crc32', { takes: ['binary'], returns: types.bigint, sql: 'spark_crc32({0})' }, [
    ["crc32('Spark')", '1557323817', 'bigint'],
    ["crc32('')", '0', 'bigint'],
  ]),
  scalar('base64', { takes: ['binary'], returns: types.string, sql: 'to_base64({0})' }, [
    ["base64('Spark SQL')", 'U3BhcmsgU1FM', 'string'],
  ]),
  scalar(
    'unbase64',
    {
      takes: ['string'],
      returns: types.binary,
      sql: `CASE WHEN regexp_full_match({0}, '${BASE64}') THEN from_base64({0}) WHEN {0} IS NOT NULL THEN ${refusal('unbase64 of text that is not plain base64')} END`,
    },
    [["unbase64('U3BhcmsgU1FM')", 'U3BhcmsgU1FM', 'binary']],
  ),
  scalar(
    'hex',
    [
      { takes: ['bigint'], returns: types.string, sql: 'upper(hex({0}))' },
      { takes: ['bytes'], returns: types.string, sql: 'upper(hex({0}))' },
    ],
    [
      ['hex(17)', '11', 'string'],
      ['hex(-1)', 'FFFFFFFFFFFFFFFF', 'string'],
      ["hex('Spark SQL')", '537061726B2053514C', 'string'],
    ],
  ),
  scalar(
    'unhex',
    {
      takes: ['string'],
      returns: types.binary,
      sql: "CASE WHEN regexp_full_match({0}, '[0-9a-fA-F]*') THEN unhex(CASE WHEN length({0}) % 2 = 1 THEN '0' || {0} ELSE {0} END) END",
      nullable: true,
    },
    [
      ["unhex('537061726B2053514C')", 'U3BhcmsgU1FM', 'binary'],
      ["unhex('F')", 'Dw==', 'binary'],
      ["unhex('no')", null, 'binary'],
    ],
  ),
  scalar(
    'encode',
    { takes: ['string', 'stringLiteral'], returns: types.binary, sql: inUtf8('encode', 'encode({0})') },
    [["encode('abc', 'utf-8')", 'YWJj', 'binary']],
  ),
  scalar(
    'to_binary',
    [
      {
        takes: ['string'],
        returns: types.binary,
        sql: `CASE WHEN regexp_full_match({0}, '(?:[0-9a-fA-F]{2})*') THEN unhex({0}) WHEN {0} IS NOT NULL THEN ${refusal('to_binary of text that is not hexadecimal')} END`,
      },
      { takes: ['string', 'stringLiteral'], returns: types.binary, sql: inUtf8('to_binary', 'encode({0})') },
    ],
    [
      ["to_binary('abc', 'utf-8')", 'YWJj', 'binary'],
      ["to_binary('537061726B')", 'U3Bhcms=', 'binary'],
    ],
  ),
  scalar(
    'url_encode',
    {
      takes: ['string'],
      returns: types.string,
      sql: "replace(replace(replace(url_encode({0}), '%20', '+'), '~', '%7E'), '%2A', '*')",
    },
    [
      ["url_encode('https://spark.apache.org')", 'https%3A%2F%2Fspark.apache.org', 'string'],
      [
        "url_encode('inva lid://user:pass@host/file\\\\;param?query\\\\;p2')",
        'inva+lid%3A%2F%2Fuser%3Apass%40host%2Ffile%5C%3Bparam%3Fquery%5C%3Bp2',
        'string',
        'url_encode(inva lid://user:pass@host/file\\;param?query\\;p2)',
      ],
    ],
  ),
  scalar(
    'url_decode',
    {
      takes: ['string'],
      returns: types.string,
      sql: `CASE WHEN regexp_matches({0}, '%(?:[^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|.?$)') THEN ${failure('CANNOT_DECODE_URL', '22546', 'The provided URL cannot be decoded: ', { sql: '{0}' }, '. Please ensure that the URL is properly formatted and try again.')} ELSE url_decode(replace({0}, '+', ' ')) END`,
    },
    [["url_decode('https%3A%2F%2Fspark.apache.org')", 'https://spark.apache.org', 'string']],
  ),
  scalar('uuid', { takes: [], returns: types.string, sql: 'CAST(uuid() AS VARCHAR)' }, []),
];
