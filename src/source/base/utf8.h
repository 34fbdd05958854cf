/*
 * utf8.h
 *		UTF-8 as PostgreSQL and Redshift want it, with Redshift's numbers for
 *		what is wrong.
 */
#ifndef SPARKIFY_UTF8_H
#define SPARKIFY_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* What is wrong with a sequence (AWS: multi-byte-character-load-errors). */
typedef enum Utf8Error
{
	UTF8_NONCHARACTER = 0, /* valid, but ACCEPTINVCHARS replaces it */
	UTF8_TOO_LONG = 1,	   /* claims more than four bytes */
	UTF8_INCOMPLETE = 2,   /* the text ends within it */
	UTF8_BAD_LEAD = 3,	   /* no character begins with this byte, or it is NUL */
	UTF8_BAD_TRAIL = 4,	   /* a continuation byte is none */
	UTF8_SURROGATE = 5,
	UTF8_BEYOND = 6, /* past U+10FFFF */
	UTF8_OVERLONG = 7
} Utf8Error;

typedef struct Utf8Problem
{
	size_t offset; /* where the bad sequence begins */
	int length;	   /* its bytes: what ACCEPTINVCHARS replaces */
	int shown;	   /* bytes worth showing: with the byte that broke it, too */
	Utf8Error error;
} Utf8Problem;

/*
 * Finds the first bad sequence at or after an offset that begins a character.
 * NUL is bad; non-characters are where the caller says so.
 */
extern bool Utf8FindProblem(const char *data, size_t length, size_t from, bool noncharacters,
							Utf8Problem *problem);

/* The largest number of bytes, at most max, that doesn't cut a character of valid text. */
extern size_t Utf8Clip(const char *data, size_t length, size_t max);

/* Whether the text is 7-bit ASCII without NUL. */
extern bool Utf8IsAscii(const char *data, size_t length);

/* Writes a code point's UTF-8, surrogates included; returns the bytes written, 1 to 4. */
extern int Utf8Encode(unsigned codepoint, char *out);

#endif /* SPARKIFY_UTF8_H */
