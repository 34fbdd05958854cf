/*
 * deflate.h
 *		Packs a stream of bytes: one member from beginning to end.
 */
#ifndef SPARKIFY_DEFLATE_H
#define SPARKIFY_DEFLATE_H

#include <stddef.h>

#include "source/base/failure.h"
#include "source/codec/inflate.h"

typedef struct Deflater Deflater;

/* Takes packed bytes; false ends the packing, with the failure filled in. */
typedef bool (*DeflateTake)(void *context, const char *bytes, size_t length, Failure *failure);

/* Begins; hands what it packs to take.  COMPRESSION_NONE hands everything on as it is. */
extern Deflater *DeflaterBegin(Compression compression, DeflateTake take, void *context,
							   Failure *failure);
extern bool DeflaterWrite(Deflater *deflater, const char *bytes, size_t length, Failure *failure);

/* Ends the member; the next write begins another one. */
extern bool DeflaterFinish(Deflater *deflater, Failure *failure);
extern void DeflaterEnd(Deflater *deflater);

/* The suffix of a packed object's name: ".gz", ".bz2", ".zst" or nothing (AWS: r_UNLOAD). */
extern const char *DeflateSuffix(Compression compression);

#endif /* SPARKIFY_DEFLATE_H */
