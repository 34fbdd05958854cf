/*
 * float_text.h
 *		Doubles from and to decimal text, exactly, in the C locale, and quickly
 *		for the numbers that data has.
 */
#ifndef SPARKIFY_FLOAT_TEXT_H
#define SPARKIFY_FLOAT_TEXT_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

/* What the slow ways need; one for each thread. */
typedef struct FloatText
{
	locale_t c_locale;
	char *buffer;
	size_t size;
} FloatText;

typedef enum FloatStatus
{
	FLOAT_OK,
	FLOAT_BAD,	 /* no number: *where is the first byte that can't be */
	FLOAT_RANGE, /* larger than any double */
	FLOAT_MEMORY
} FloatStatus;

/* Enough for every text of FloatPrint17, which is not terminated. */
#define FLOAT_TEXT_MAX 40

extern bool FloatTextInit(FloatText *text);
extern void FloatTextClear(FloatText *text);

/* Parses sign, digits, point and exponent; nothing else, no blanks, no names. */
extern FloatStatus FloatParse(FloatText *text, const char *data, size_t length, double *value,
							  size_t *where);

/* Prints as printf("%.17g") does; returns the bytes written. */
extern size_t FloatPrint17(FloatText *text, double value, char *out);

#endif /* SPARKIFY_FLOAT_TEXT_H */
