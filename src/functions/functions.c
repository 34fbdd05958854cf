/*
 * functions.c
 *		Redshift functions that SQL can't express or would be too slow at:
 *		hashes, LISTAGG, AVG of integers, validity of JSON.
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/int.h"
#include "common/jsonapi.h"
#include "common/sha1.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "port/pg_crc32c.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_sha1);
PG_FUNCTION_INFO_V1(redshift_crc32);
PG_FUNCTION_INFO_V1(redshift_fnv_hash);
PG_FUNCTION_INFO_V1(redshift_soundex);
PG_FUNCTION_INFO_V1(redshift_is_valid_json);
PG_FUNCTION_INFO_V1(redshift_listagg_step);
PG_FUNCTION_INFO_V1(redshift_listagg_final);
PG_FUNCTION_INFO_V1(redshift_avg_step);
PG_FUNCTION_INFO_V1(redshift_avg_step_int4);
PG_FUNCTION_INFO_V1(redshift_avg_final);

/* What LISTAGG may return at most, in bytes. */
#define LISTAGG_LIMIT 65535

/* FNV-1a of 64 bits */
#define FNV_OFFSET UINT64CONST(0xcbf29ce484222325)
#define FNV_PRIME UINT64CONST(0x100000001b3)

typedef struct AvgState
{
	int64 sum;
	int64 count;
} AvgState;

/* sha1(text): 40 hexadecimal digits. */
Datum
redshift_sha1(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	uint8 digest[SHA1_DIGEST_LENGTH];
	char hex[2 * SHA1_DIGEST_LENGTH + 1];
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA1);

	if (context == NULL || pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (uint8 *)VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input)) < 0 ||
		pg_cryptohash_final(context, digest, sizeof(digest)) < 0)
		elog(ERROR, "could not compute SHA1");
	pg_cryptohash_free(context);
	hex[hex_encode((char *)digest, sizeof(digest), hex)] = '\0';
	PG_RETURN_TEXT_P(cstring_to_text(hex));
}

/* crc32(text): CRC-32C as 8 hexadecimal digits. */
Datum
redshift_crc32(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	pg_crc32c crc;

	INIT_CRC32C(crc);
	COMP_CRC32C(crc, VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input));
	FIN_CRC32C(crc);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%08x", crc)));
}

/* fnv_hash(bytes, seed): FNV-1a; the seed is FNV's own when NULL. */
Datum
redshift_fnv_hash(PG_FUNCTION_ARGS)
{
	bytea *input;
	uint64 hash = PG_ARGISNULL(1) ? FNV_OFFSET : (uint64)PG_GETARG_INT64(1);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	input = PG_GETARG_BYTEA_PP(0);
	for (int i = 0; i < (int)VARSIZE_ANY_EXHDR(input); i++)
		hash = (hash ^ (uint8)VARDATA_ANY(input)[i]) * FNV_PRIME;
	PG_RETURN_INT64((int64)hash);
}

/* soundex(text): a letter and three digits; what is no ASCII letter is passed over, '' when there is none. */
Datum
redshift_soundex(PG_FUNCTION_ARGS)
{
	/* of A to Z; 0 is a vowel, which parts two letters of one code; - is H or W, which doesn't */
	static const char codes[] = "0123012-02245501262301-202";
	text *input = PG_GETARG_TEXT_PP(0);
	char result[5] = "";
	char last = '0';
	int length = 0;

	for (int i = 0; i < (int)VARSIZE_ANY_EXHDR(input) && length < 4; i++)
	{
		char letter = pg_ascii_toupper((unsigned char)VARDATA_ANY(input)[i]);
		char code;

		if (letter < 'A' || letter > 'Z')
			continue;
		code = codes[letter - 'A'];
		if (length == 0)
			result[length++] = letter;
		else if (code == '-')
			continue;
		else if (code != '0' && code != last)
			result[length++] = code;
		last = code;
	}
	while (length > 0 && length < 4)
		result[length++] = '0';
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result, length));
}

/* is_valid_json(text): whether it parses as JSON, without raising an error. */
Datum
redshift_is_valid_json(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	JsonLexContext *lex =
		CompatJsonLexContext(VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input), GetDatabaseEncoding());

	PG_RETURN_BOOL(pg_parse_json(lex, &nullSemAction) == JSON_SUCCESS);
}

/* Adds a value to LISTAGG; NULL and '' are left out. */
Datum
redshift_listagg_step(PG_FUNCTION_ARGS)
{
	StringInfo state = PG_ARGISNULL(0) ? NULL : (StringInfo)PG_GETARG_POINTER(0);
	MemoryContext context;
	text *value;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "listagg called outside an aggregate");
	if (!PG_ARGISNULL(1) && VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(1)) > 0)
	{
		value = PG_GETARG_TEXT_PP(1);
		if (state == NULL)
		{
			MemoryContext old = MemoryContextSwitchTo(context);

			state = makeStringInfo();
			MemoryContextSwitchTo(old);
		}
		else if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		{
			text *delimiter = PG_GETARG_TEXT_PP(2);

			appendBinaryStringInfo(state, VARDATA_ANY(delimiter), VARSIZE_ANY_EXHDR(delimiter));
		}
		appendBinaryStringInfo(state, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		if (state->len > LISTAGG_LIMIT)
			ereport(ERROR, (errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
							errmsg("Result size exceeds LISTAGG limit"),
							errdetail("LISTAGG returns at most %d bytes.", LISTAGG_LIMIT)));
	}
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/* The list LISTAGG has made; NULL when it is empty. */
Datum
redshift_listagg_final(PG_FUNCTION_ARGS)
{
	StringInfo state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (StringInfo)PG_GETARG_POINTER(0);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(state->data, state->len));
}

/* Adds a value to the average of integers, which the first one begins. */
static AvgState *
AvgAdd(FunctionCallInfo fcinfo, int64 value)
{
	AvgState *state = PG_ARGISNULL(0) ? NULL : (AvgState *)PG_GETARG_POINTER(0);
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "avg called outside an aggregate");
	if (state == NULL)
		state = MemoryContextAllocZero(context, sizeof(AvgState));
	if (PG_ARGISNULL(1))
		return state;
	if (pg_add_s64_overflow(state->sum, value, &state->sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("bigint out of range")));
	state->count++;
	return state;
}

/* Adds a BIGINT to the average of integers. */
Datum
redshift_avg_step(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(AvgAdd(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1)));
}

/* Adds an INTEGER to the average of integers. */
Datum
redshift_avg_step_int4(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(AvgAdd(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1)));
}

/* The average of integers, its fraction cut off. */
Datum
redshift_avg_final(PG_FUNCTION_ARGS)
{
	AvgState *state = PG_ARGISNULL(0) ? NULL : (AvgState *)PG_GETARG_POINTER(0);

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(state->sum / state->count);
}
