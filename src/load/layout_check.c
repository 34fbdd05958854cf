/*
 * layout_check.c
 *		What source/ mirrors of the server's layouts and limits, compared with the
 *		server's own headers when the module is built.
 *
 * source/ must not see those headers.  The digits of a numeric are not here:
 * no header of the server's has them (they are private to numeric.c), and the
 * tests load every form of them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "datatype/timestamp.h"
#include "utils/memutils.h"

#include "compat.h"
#include "source/convert/datetime.h"
#include "source/row/tuple.h"

StaticAssertDecl(offsetof(HeapTupleHeaderData, t_infomask2) == TUPLE_INFOMASK2_AT &&
					 offsetof(HeapTupleHeaderData, t_infomask) == TUPLE_INFOMASK_AT &&
					 offsetof(HeapTupleHeaderData, t_hoff) == TUPLE_HOFF_AT &&
					 offsetof(HeapTupleHeaderData, t_bits) == TUPLE_HEADER_BYTES,
				 "a tuple's header is laid out as source/row/tuple.h says");
StaticAssertDecl(SizeofHeapTupleHeader == TUPLE_HEADER_BYTES,
				 "a tuple's header is as long as source/row/tuple.h says");
StaticAssertDecl(HEAP_HASNULL == TUPLE_HAS_NULLS && HEAP_HASVARWIDTH == TUPLE_HAS_VARLENA,
				 "a tuple's flags are those of source/row/tuple.h");
StaticAssertDecl(MAXIMUM_ALIGNOF == TUPLE_ALIGNMENT, "a tuple's data is aligned as it should be");
StaticAssertDecl(MaxHeapAttributeNumber == TUPLE_MAX_ATTRIBUTES,
				 "a tuple may have as many attributes as the server lets it");
StaticAssertDecl(VARATT_SHORT_MAX - VARHDRSZ_SHORT == TUPLE_SHORT_MAX,
				 "a one-byte header announces as much as source/row/tuple.h says");
StaticAssertDecl(MaxAllocSize == TUPLE_VARLENA_MAX, "the longest value is the server's");

StaticAssertDecl(POSTGRES_EPOCH_JDATE == DATETIME_JULIAN_OF_2000, "days are counted from 2000");
StaticAssertDecl(MIN_TIMESTAMP == DATETIME_FIRST_STAMP && END_TIMESTAMP == DATETIME_END_STAMP,
				 "timestamps have the server's range");
StaticAssertDecl(MAX_TZDISP_HOUR + 1 == DATETIME_ZONE_LIMIT / SECS_PER_HOUR,
				 "zones have the server's range");
StaticAssertDecl(USECS_PER_DAY == MICROSECONDS_A_DAY, "a day is as long here as there");
