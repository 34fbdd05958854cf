/*
 * svg.h
 *		What the pictures of a report are drawn with.
 */
#ifndef SPARKIFY_SVG_H
#define SPARKIFY_SVG_H

#include "postgres.h"
#include "lib/stringinfo.h"

/* Opens a picture of a height in pixels, with a name for screen readers; and closes it. */
extern void SvgOpen(StringInfo page, const char *name, int height);
extern void SvgClose(StringInfo page);

/* A text at a percentage of the width and a pixel of the height; anchor is start, middle or end. */
extern void SvgText(StringInfo page, double x, int y, const char *anchor, const char *text);

/* The title of a mark: what it stands for, and its number. */
extern void SvgTitle(StringInfo page, const char *what, const char *series, double number);

/* A step of 1, 2 or 5 times a power of ten that parts a range into at most so many pieces. */
extern double SvgStep(double range, int pieces);

#endif /* SPARKIFY_SVG_H */
