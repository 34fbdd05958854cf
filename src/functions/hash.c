/*
 * hash.c
 *		Redshift's hashes of texts: SHA1, CRC32, FNV_HASH, SOUNDEX.
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha1.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "port/pg_crc32c.h"
#include "utils/builtins.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_sha1);
PG_FUNCTION_INFO_V1(redshift_crc32);
PG_FUNCTION_INFO_V1(redshift_fnv_hash);
PG_FUNCTION_INFO_V1(redshift_soundex);

/* FNV-1a of 64 bits */
#define FNV_OFFSET UINT64CONST(0xcbf29ce484222325)
#define FNV_PRIME UINT64CONST(0x100000001b3)

/* After so many bytes of a long text a cancel is looked for. */
#define PIECE (1024 * 1024)

/* sha1(text): 40 hexadecimal digits. */
Datum
redshift_sha1(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	uint8 digest[SHA1_DIGEST_LENGTH];
	char hex[2 * SHA1_DIGEST_LENGTH + 1];
	size_t length = VARSIZE_ANY_EXHDR(input);
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA1);
	bool good = context != NULL && pg_cryptohash_init(context) >= 0;

	/* an error on the way leaves the context to the resource owner, or to its memory context */
	for (size_t at = 0; good && at < length; at += PIECE)
	{
		CHECK_FOR_INTERRUPTS();
		good = pg_cryptohash_update(context, (uint8 *)VARDATA_ANY(input) + at,
									Min(PIECE, length - at)) >= 0;
	}

	if (!good || pg_cryptohash_final(context, digest, sizeof(digest)) < 0)
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
	size_t length = VARSIZE_ANY_EXHDR(input);
	pg_crc32c crc;

	INIT_CRC32C(crc);
	for (size_t at = 0; at < length; at += PIECE)
	{
		CHECK_FOR_INTERRUPTS();
		COMP_CRC32C(crc, VARDATA_ANY(input) + at, Min(PIECE, length - at));
	}

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
	{
		if (i % PIECE == 0)
			CHECK_FOR_INTERRUPTS();
		hash = (hash ^ (uint8)VARDATA_ANY(input)[i]) * FNV_PRIME;
	}

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

		/* a text may have a gigabyte */
		if (i % PIECE == 0)
			CHECK_FOR_INTERRUPTS();

		/* digits and foreign letters neither count nor part two letters */
		if (letter < 'A' || letter > 'Z')
			continue;
		code = codes[letter - 'A'];

		/* the first letter stands for itself; its code counts only for what follows */
		if (length == 0)
			result[length++] = letter;
		else if (code == '-')
			continue;
		else if (code != '0' && code != last)
			/* letters of one code side by side count once */
			result[length++] = code;
		last = code;
	}

	/* filled up with zeros; no letter, no code */
	while (length > 0 && length < 4)
		result[length++] = '0';
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result, length));
}
