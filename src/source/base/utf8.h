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

/* The length of a text that may have been cut within its last character, without a part of one. */
extern size_t Utf8Whole(const char *data, size_t length);

/* Whether a byte goes on with a character. */
static inline bool
Utf8IsContinuation(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

/* Where the character that begins at a place before the end ends. */
static inline const char *
Utf8Next(const char *at, const char *end)
{
	for (at++; at < end && Utf8IsContinuation(*at);)
		at++;
	return at;
}

/* Writes a code point's UTF-8, lone surrogates included, for a check to refuse later; returns the bytes, 1 to 4. */
static inline int
Utf8Encode(unsigned codepoint, char *out)
{
	if (codepoint < 0x80)
	{
		out[0] = (char)codepoint;
		return 1;
	}

	if (codepoint < 0x800)
	{
		out[0] = (char)(0xC0 | (codepoint >> 6));
		out[1] = (char)(0x80 | (codepoint & 0x3F));
		return 2;
	}

	if (codepoint < 0x10000)
	{
		out[0] = (char)(0xE0 | (codepoint >> 12));
		out[1] = (char)(0x80 | ((codepoint >> 6) & 0x3F));
		out[2] = (char)(0x80 | (codepoint & 0x3F));
		return 3;
	}

	out[0] = (char)(0xF0 | (codepoint >> 18));
	out[1] = (char)(0x80 | ((codepoint >> 12) & 0x3F));
	out[2] = (char)(0x80 | ((codepoint >> 6) & 0x3F));
	out[3] = (char)(0x80 | (codepoint & 0x3F));

	return 4;
}

#endif /* SPARKIFY_UTF8_H */
