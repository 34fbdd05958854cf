/*
 * order_word.c
 *		Numbers, times and texts as words in the same order.
 */
#include "postgres.h"

#include "explain/facts/order_word.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"

#include "compat.h"

/* Whole numbers that fit above the conditions; the greatest word is that of NULL. */
#define LEAST_NUMBER (-(INT64CONST(1) << 61))
#define GREATEST_NUMBER ((INT64CONST(1) << 61) - 2)

static const struct
{
	Oid type;
	OrderKind kind;
} kinds[] = {
	{BOOLOID, ORDER_BOOL},		 {INT2OID, ORDER_INT16},		{INT4OID, ORDER_INT32},
	{DATEOID, ORDER_INT32},		 {INT8OID, ORDER_INT64},		{TIMEOID, ORDER_INT64},
	{TIMESTAMPOID, ORDER_INT64}, {TIMESTAMPTZOID, ORDER_INT64}, {FLOAT4OID, ORDER_FLOAT4},
	{FLOAT8OID, ORDER_FLOAT8},	 {TEXTOID, ORDER_TEXT},			{VARCHAROID, ORDER_TEXT},
	{BPCHAROID, ORDER_CHAR},
};

static uint64 NumberWord(int64 number, bool *is_exact);
static uint64 FloatWord(float8 number, bool *is_exact);
static uint64 TextWord(const text *value, bool is_trimmed, bool *is_exact);

bool
OrderKindOf(Oid type, OrderKind *kind)
{
	for (size_t i = 0; i < lengthof(kinds); i++)
		if (kinds[i].type == type)
		{
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}

uint64
OrderWord(Datum value, OrderKind kind, bool *is_exact)
{
	switch (kind)
	{
		case ORDER_BOOL:
			return NumberWord(DatumGetBool(value), is_exact);
		case ORDER_INT16:
			return NumberWord(DatumGetInt16(value), is_exact);
		case ORDER_INT32:
			return NumberWord(DatumGetInt32(value), is_exact);
		case ORDER_INT64:
			return NumberWord(DatumGetInt64(value), is_exact);
		case ORDER_FLOAT4:
			return FloatWord(DatumGetFloat4(value), is_exact);
		case ORDER_FLOAT8:
			return FloatWord(DatumGetFloat8(value), is_exact);
		case ORDER_TEXT:
			return TextWord(DatumGetTextPP(value), false, is_exact);
		case ORDER_CHAR:
			return TextWord(DatumGetTextPP(value), true, is_exact);
	}
	pg_unreachable();
}

static uint64
NumberWord(int64 number, bool *is_exact)
{
	if (number < LEAST_NUMBER || number > GREATEST_NUMBER)
	{
		*is_exact = false;
		number = number < 0 ? LEAST_NUMBER : GREATEST_NUMBER;
	}
	return (uint64)(number - LEAST_NUMBER) << WORD_CONDITIONS;
}

/* The bits of a float are in order but for the sign; NaN is greater than all others, -0 is 0. */
static uint64
FloatWord(float8 number, bool *is_exact)
{
	uint64 bits;

	number = isnan(number) ? (float8)NAN : number == 0 ? 0 : number;
	memcpy(&bits, &number, sizeof(bits));
	if (isnan(number))
		bits &= ~(UINT64CONST(1) << 63);
	bits = bits >> 63 ? ~bits : bits | UINT64CONST(1) << 63;
	*is_exact &= (bits & WORD_MATCHES) == 0;
	return bits & ~WORD_MATCHES;
}

/* The first bytes of a text; what is shorter comes first. */
static uint64
TextWord(const text *value, bool is_trimmed, bool *is_exact)
{
	const uint8 *bytes = (const uint8 *)VARDATA_ANY(value);
	int length = VARSIZE_ANY_EXHDR(value);
	uint64 word = 0;

	while (is_trimmed && length > 0 && bytes[length - 1] == ' ')
		length--;
	for (int i = 0; i < (int)sizeof(word); i++)
		word = word << 8 | (i < length ? bytes[i] : 0);
	*is_exact &= length < (int)sizeof(word);
	return word & ~WORD_MATCHES;
}
