/*
 * varbyte.c
 *		Bytes and bits: what of a text fits into a VARCHAR; &, |, ~ and GETBIT of
 *		VARBYTE, and its text in binary digits.
 *
 * VARBYTE is bytea here (AWS: r_VARBYTE_type, r_VARBYTE_OPERATORS).
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_first_bytes);
PG_FUNCTION_INFO_V1(redshift_varbyte_and);
PG_FUNCTION_INFO_V1(redshift_varbyte_or);
PG_FUNCTION_INFO_V1(redshift_varbyte_not);
PG_FUNCTION_INFO_V1(redshift_getbit);
PG_FUNCTION_INFO_V1(redshift_varbyte_digits);
PG_FUNCTION_INFO_V1(redshift_varbyte_from_digits);

#define BYTE_OF(bytes, index) (((uint8 *)VARDATA_ANY(bytes))[index])

static bytea *MakeBytes(int length);

/* Room for bytes. */
static bytea *
MakeBytes(int length)
{
	bytea *bytes = palloc(VARHDRSZ + length);

	SET_VARSIZE(bytes, VARHDRSZ + length);
	return bytes;
}

/*
 * Both operands bit by bit, which are of one length (not documented by AWS; chosen because nothing says where
 * the shorter begins).
 */
static bytea *
Combine(bytea *left, bytea *right, bool both)
{
	int length = (int)VARSIZE_ANY_EXHDR(left);
	bytea *result = MakeBytes(length);

	if ((int)VARSIZE_ANY_EXHDR(right) != length)
		ereport(ERROR, (errcode(ERRCODE_STRING_DATA_LENGTH_MISMATCH),
						errmsg("VARBYTE operands of %s have %d and %d bytes", both ? "&" : "|",
							   length, (int)VARSIZE_ANY_EXHDR(right))));
	for (int i = 0; i < length; i++)
		BYTE_OF(result, i) =
			both ? BYTE_OF(left, i) & BYTE_OF(right, i) : BYTE_OF(left, i) | BYTE_OF(right, i);
	return result;
}

/* first_bytes(text, n): what of a text fits into n bytes, whole characters only. */
Datum
redshift_first_bytes(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	int limit = PG_GETARG_INT32(1);
	int length = (int)VARSIZE_ANY_EXHDR(input);

	if (length <= limit)
		PG_RETURN_TEXT_P(input);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(input),
											  pg_mbcliplen(VARDATA_ANY(input), length, limit)));
}

/* varbyte & varbyte. */
Datum
redshift_varbyte_and(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(Combine(PG_GETARG_BYTEA_PP(0), PG_GETARG_BYTEA_PP(1), true));
}

/* varbyte | varbyte. */
Datum
redshift_varbyte_or(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(Combine(PG_GETARG_BYTEA_PP(0), PG_GETARG_BYTEA_PP(1), false));
}

/* ~ varbyte. */
Datum
redshift_varbyte_not(PG_FUNCTION_ARGS)
{
	bytea *bytes = PG_GETARG_BYTEA_PP(0);
	int length = (int)VARSIZE_ANY_EXHDR(bytes);
	bytea *result = MakeBytes(length);

	for (int i = 0; i < length; i++)
		BYTE_OF(result, i) = ~BYTE_OF(bytes, i);
	PG_RETURN_BYTEA_P(result);
}

/* getbit(varbyte, index): a bit, counted from the last one of the last byte. */
Datum
redshift_getbit(PG_FUNCTION_ARGS)
{
	bytea *bytes = PG_GETARG_BYTEA_PP(0);
	int index = PG_GETARG_INT32(1);
	int length = (int)VARSIZE_ANY_EXHDR(bytes);

	if (index < 0 || index / 8 >= length)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("bit %d is not one of the %lld bits of the value", index,
							   (long long)length * 8)));
	PG_RETURN_INT32(BYTE_OF(bytes, length - 1 - index / 8) >> index % 8 & 1);
}

/* varbyte_digits(varbyte): eight binary digits a byte. */
Datum
redshift_varbyte_digits(PG_FUNCTION_ARGS)
{
	bytea *bytes = PG_GETARG_BYTEA_PP(0);
	int length = (int)VARSIZE_ANY_EXHDR(bytes);
	text *digits = (text *)MakeBytes(length * 8);

	for (int i = 0; i < length * 8; i++)
		VARDATA(digits)[i] = (BYTE_OF(bytes, i / 8) >> (7 - i % 8) & 1) ? '1' : '0';
	PG_RETURN_TEXT_P(digits);
}

/* varbyte_from_digits(text): bytes of binary digits; where they fill none, zeros stand before them. */
Datum
redshift_varbyte_from_digits(PG_FUNCTION_ARGS)
{
	text *digits = PG_GETARG_TEXT_PP(0);
	int count = (int)VARSIZE_ANY_EXHDR(digits);
	int length = (count + 7) / 8;
	bytea *result = MakeBytes(length);

	memset(VARDATA(result), 0, length);
	for (int i = 0; i < count; i++)
	{
		char digit = VARDATA_ANY(digits)[count - 1 - i];

		if (digit != '0' && digit != '1')
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"%s\" is not made of binary digits", text_to_cstring(digits))));
		BYTE_OF(result, length - 1 - i / 8) |= (digit - '0') << i % 8;
	}

	PG_RETURN_BYTEA_P(result);
}
