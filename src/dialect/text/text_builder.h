/*
 * text_builder.h
 *		A text under construction that remembers where in the script each of
 *		its bytes comes from.
 */
#ifndef SPARKIFY_TEXT_BUILDER_H
#define SPARKIFY_TEXT_BUILDER_H

#include "lib/stringinfo.h"

/* From offset of the text on, up to the next segment. */
typedef struct TextSegment
{
	int offset;
	int source;	 /* byte of the script it stands for */
	bool copied; /* each further byte stands for a further byte of the script */
} TextSegment;

typedef struct DialectMap
{
	TextSegment *segments;
	int count;
	int allocated;
} DialectMap;

typedef struct TextBuilder
{
	StringInfoData text;
	DialectMap *map;
	const char *script;
} TextBuilder;

extern void TextBuilderInit(TextBuilder *builder, const char *script);
extern void TextBuilderFree(TextBuilder *builder);

/* Adds text that stands for one place in the script. */
extern void TextAdd(TextBuilder *builder, int source, const char *format, ...)
	pg_attribute_printf(3, 4);

/* Adds a text as it is, that stands for one place in the script. */
extern void TextAddString(TextBuilder *builder, int source, const char *text);

/* Adds bytes of the script, end exclusive. */
extern void TextAddSource(TextBuilder *builder, int start, int end);

/* Adds a text made from another one, with the places that one stands for. */
extern void TextAddThrough(TextBuilder *builder, const TextBuilder *outer,
						   const TextBuilder *inner);

/* Adds a text made from a part of the script that begins at a byte of it. */
extern void TextAddInner(TextBuilder *builder, const TextBuilder *inner, int base);

/* The byte of the script that a byte of the text stands for. */
extern int TextSource(const DialectMap *map, int offset);

#endif /* SPARKIFY_TEXT_BUILDER_H */
