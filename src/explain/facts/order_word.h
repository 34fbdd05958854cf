/*
 * order_word.h
 *		Values of a type as words of 64 bits in the same order, the lowest bits of
 *		which are free for a row's conditions.
 */
#ifndef SPARKIFY_ORDER_WORD_H
#define SPARKIFY_ORDER_WORD_H

#include "postgres.h"

/* Bits of a word that are a row's conditions; above them stands its order. */
#define WORD_CONDITIONS 2
#define WORD_MATCHES ((UINT64CONST(1) << WORD_CONDITIONS) - 1)
#define WORD_NULL (~WORD_MATCHES)

/* How the values of a type become words. */
typedef enum OrderKind
{
	ORDER_BOOL,
	ORDER_INT16,
	ORDER_INT32,
	ORDER_INT64,
	ORDER_FLOAT4,
	ORDER_FLOAT8,
	ORDER_TEXT, /* in the order of its bytes */
	ORDER_CHAR	/* the same, and blanks at the end don't count */
} OrderKind;

/* Finds how the values of a type become words; false when they can't. */
extern bool OrderKindOf(Oid type, OrderKind *kind);

/* A value as a word, in the same order; *is_exact becomes false where other values may have the same word. */
extern uint64 OrderWord(Datum value, OrderKind kind, bool *is_exact);

#endif /* SPARKIFY_ORDER_WORD_H */
