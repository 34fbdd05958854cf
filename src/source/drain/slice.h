/*
 * slice.h
 *		One slice of an unload: its rows as text, packed, in objects of a
 *		limited size.  Belongs to one thread.
 */
#ifndef SPARKIFY_SLICE_H
#define SPARKIFY_SLICE_H

#include "source/drain/drain.h"

typedef struct Slice Slice;

/* An object of the slice, staged. */
typedef struct SliceObject
{
	ObjectWriter *writer;
	int64_t rows;
	int64_t bytes;
} SliceObject;

extern Slice *SliceBegin(const DrainConfig *config, int number, const WritePermit *permit,
						 Failure *failure);

/* Writes the rows of a block. */
extern bool SliceTake(Slice *slice, const RowBlock *block, Failure *failure);

/* Stages the last object; with at_least_one there is one, even without rows. */
extern bool SliceFinish(Slice *slice, bool at_least_one, Failure *failure);

/* The objects; the last one may still be under way. */
extern int SliceObjects(const Slice *slice, const SliceObject **objects);

/* Releases everything, the writers too. */
extern void SliceEnd(Slice *slice);

#endif /* SPARKIFY_SLICE_H */
