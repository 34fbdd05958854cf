/*
 * test_tuple.c
 *		Packed tuples equal, byte for byte, those of a second encoder that
 *		follows heap_fill_tuple step by step, NULLs first.
 */
#include "source/row/tuple.h"
#include "unit.h"

#define MAX_ATTRIBUTES 70
#define MAX_TUPLE 65536

typedef struct Value
{
	bool null;
	char data[300];
	size_t length;
} Value;

/* A pseudo-random number, the same in every run. */
static uint64_t
Random(void)
{
	static uint64_t state = 987654321987654321u;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* heap_form_tuple, with offsets into a zeroed buffer. */
static size_t
Reference(const TupleAttribute *attributes, const Value *values, int natts, unsigned char *out)
{
	bool nulls = false;
	size_t header, at;
	unsigned infomask = 0;

	memset(out, 0, MAX_TUPLE);
	for (int i = 0; i < natts; i++)
		nulls = nulls || values[i].null;
	header = 23 + (nulls ? (size_t)(natts + 7) / 8 : 0);
	while (header % 8)
		header++;
	at = header;
	for (int i = 0; i < natts; i++)
	{
		size_t align = attributes[i].align == 'd'	? 8
					   : attributes[i].align == 'i' ? 4
					   : attributes[i].align == 's' ? 2
													: 1;
		size_t total = values[i].length + 4;

		if (values[i].null)
			continue;
		if (nulls)
			out[23 + i / 8] |= (unsigned char)(1 << (i % 8));
		if (attributes[i].length < 0)
			infomask |= 2;
		if (attributes[i].length < 0 && !attributes[i].plain && total - 3 <= 0x7F)
			out[at++] = (unsigned char)((total - 3) << 1 | 1);
		else
		{
			while (at % align)
				at++;
			if (attributes[i].length < 0)
			{
				for (int b = 0; b < 4; b++)
					out[at + (size_t)b] = (unsigned char)((total << 2) >> (8 * b));
				at += 4;
			}
		}
		memcpy(out + at, values[i].data, values[i].length);
		at += values[i].length;
	}
	if (nulls)
		infomask |= 1;
	out[18] = (unsigned char)(natts & 0xFF);
	out[19] = (unsigned char)(natts >> 8);
	out[20] = (unsigned char)infomask;
	out[22] = (unsigned char)header;
	return at;
}

static bool
Pack(TupleWriter *writer, const TupleLayout *layout, const TupleAttribute *attributes,
	 const Value *values, char *room, size_t size)
{
	if (!TupleBegin(writer, layout, room, size))
		return false;
	for (int i = 0; i < layout->nattributes; i++)
	{
		const TupleAttribute *a = &attributes[i];

		if (values[i].null)
			TupleNull(writer, layout, i);
		else if (a->length < 0
					 ? !TuplePutVarlena(writer, !a->plain, values[i].data, values[i].length)
					 : !TuplePutFixed(writer,
									  a->align == 'd'	? 8
									  : a->align == 'i' ? 4
									  : a->align == 's' ? 2
														: 1,
									  values[i].data, values[i].length))
			return false;
	}
	return true;
}

/* A random row type and a random row. */
static int
MakeRow(TupleAttribute *attributes, ColumnTarget *columns, Value *values)
{
	static const TupleAttribute types[] = {{1, 'c', false}, {2, 's', false},  {4, 'i', false},
										   {8, 'd', false}, {12, 'd', false}, {-1, 'i', false},
										   {-1, 'i', true}, {-1, 'i', false}};
	int natts = 1 + (int)(Random() % MAX_ATTRIBUTES);
	unsigned null_share = (unsigned)(Random() % 4);

	for (int i = 0; i < natts; i++)
	{
		attributes[i] = types[Random() % 8];
		columns[i] = (ColumnTarget){.attribute = i};
		values[i].null = Random() % 8 < null_share;
		values[i].length = attributes[i].length > 0
							   ? (size_t)attributes[i].length
							   : Random() % (Random() % 3 == 0 ? sizeof(values[i].data) : 40);
		for (size_t j = 0; j < values[i].length; j++)
			values[i].data[j] = (char)(1 + Random() % 255);
	}
	return natts;
}

TEST(PackedTuplesEqualTheReferenceEncoding)
{
	static TupleAttribute attributes[MAX_ATTRIBUTES];
	static ColumnTarget columns[MAX_ATTRIBUTES];
	static Value values[MAX_ATTRIBUTES];
	static unsigned char want[MAX_TUPLE];
	static uint64_t room[MAX_TUPLE / 8];

	for (int row = 0; row < 5000; row++)
	{
		int natts = MakeRow(attributes, columns, values);
		RowPlan plan = {columns, natts, attributes, natts, {0}};
		size_t want_length = Reference(attributes, values, natts, want);
		TupleLayout layout;
		TupleWriter writer;
		Failure failure;
		uint32_t length;
		char *tuple;

		FailureInit(&failure);
		memset(room, 0xA5, sizeof(room));
		CHECK(TupleLayoutInit(&layout, &plan, &failure));
		CHECK(Pack(&writer, &layout, attributes, values, (char *)room, sizeof(room)));
		tuple = TupleEnd(&writer, &layout, &length);
		CHECK_INT((uintptr_t)tuple % 8, 0);
		CHECK_INT(length, want_length);
		if (length != want_length || memcmp(tuple, want, length) != 0)
		{
			CHECK(!"the tuples differ");
			return;
		}
	}
}

TEST(TooLittleRoomIsNoticedAtEveryByteAndNothingIsWrittenPastIt)
{
	static TupleAttribute attributes[MAX_ATTRIBUTES];
	static ColumnTarget columns[MAX_ATTRIBUTES];
	static Value values[MAX_ATTRIBUTES];
	static uint64_t room[MAX_TUPLE / 8];

	for (int row = 0; row < 30; row++)
	{
		int natts = MakeRow(attributes, columns, values);
		RowPlan plan = {columns, natts, attributes, natts, {0}};
		TupleLayout layout;
		TupleWriter writer;
		Failure failure;
		size_t needed;

		FailureInit(&failure);
		CHECK(TupleLayoutInit(&layout, &plan, &failure));
		CHECK(Pack(&writer, &layout, attributes, values, (char *)room, sizeof(room)));
		needed = (size_t)(writer.cursor - (char *)room);
		for (size_t size = 0; size < needed; size++)
		{
			memset((char *)room + size, 0x5A, 16);
			if (Pack(&writer, &layout, attributes, values, (char *)room, size))
				CHECK(!"packed without room");
			for (size_t i = 0; i < 16; i++)
				if (((char *)room)[size + i] != 0x5A)
					CHECK(!"written past the room");
		}
		CHECK(Pack(&writer, &layout, attributes, values, (char *)room, needed));
	}
}

TEST(AttributesWithoutAColumnAreNull)
{
	TupleAttribute attributes[] = {{4, 'i', false}, {4, 'i', false}, {4, 'i', false}};
	ColumnTarget columns[] = {{.attribute = 1}};
	RowPlan plan = {columns, 1, attributes, 3, {0}};
	uint64_t room[16];
	TupleLayout layout;
	TupleWriter writer;
	Failure failure;
	uint32_t length;
	int32_t value = 42;
	unsigned char *tuple;

	FailureInit(&failure);
	CHECK(TupleLayoutInit(&layout, &plan, &failure));
	CHECK(TupleBegin(&writer, &layout, (char *)room, sizeof(room)));
	CHECK(TuplePutFixed(&writer, 4, &value, 4));
	tuple = (unsigned char *)TupleEnd(&writer, &layout, &length);
	CHECK_INT(length, 28);
	CHECK_INT(tuple[20], 1);
	CHECK_INT(tuple[23], 2);
	CHECK_INT(tuple[24], 42);
}

TEST(MoreAttributesThanPostgresHasAreRefused)
{
	RowPlan plan = {.nattributes = TUPLE_MAX_ATTRIBUTES + 1};
	TupleLayout layout;
	Failure failure;

	FailureInit(&failure);
	CHECK(!TupleLayoutInit(&layout, &plan, &failure));
	CHECK_INT(failure.code, FAILURE_CONFIG);
}

int
main(void)
{
	RUN(PackedTuplesEqualTheReferenceEncoding);
	RUN(TooLittleRoomIsNoticedAtEveryByteAndNothingIsWrittenPastIt);
	RUN(AttributesWithoutAColumnAreNull);
	RUN(MoreAttributesThanPostgresHasAreRefused);
	return UnitDone();
}
