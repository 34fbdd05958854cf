/*
 * h3.c
 *		H3_ISVALID, H3_RESOLUTION, H3_TOPARENT, H3_TOCHILDREN: what the index of
 *		a cell of the H3 grid says of itself and of the cells above and below.
 *
 * An index is a number of 64 bits, the highest first:
 *
 *		0 | mode | 000 | resolution | base cell | digit 1 | ... | digit 15
 *		1    4      3        4            7          3              3
 *
 * Each digit says which of its parent's seven children a cell is; those behind
 * the resolution are 7.  It is written as a BIGINT or in hexadecimal digits
 * (https://h3geo.org/docs/library/index/cell/, and AWS: H3_IsValid-function,
 * H3_Resolution-function, H3_ToParent-function, H3_ToChildren-function).
 * What makes cells of points and shapes isn't here, as there is no GEOMETRY.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compat.h"

#define MODE_CELL 1
#define BASE_CELLS 122
#define DIGITS 15
#define DIGIT_UNUSED 7
#define DIGIT_REMOVED 1 /* the child that a pentagon doesn't have */
#define SHOWN_MOST 32	/* bytes of a text that an error shows */

/* The text of so many levels of children is still under the 16 MB of a SUPER, of one more it isn't. */
#define LEVELS_MOST 7

PG_FUNCTION_INFO_V1(redshift_h3_isvalid);
PG_FUNCTION_INFO_V1(redshift_h3_isvalid_text);
PG_FUNCTION_INFO_V1(redshift_h3_resolution);
PG_FUNCTION_INFO_V1(redshift_h3_resolution_text);
PG_FUNCTION_INFO_V1(redshift_h3_toparent);
PG_FUNCTION_INFO_V1(redshift_h3_toparent_text);
PG_FUNCTION_INFO_V1(redshift_h3_tochildren);
PG_FUNCTION_INFO_V1(redshift_h3_tochildren_text);

static uint64 CellOfNumber(uint64 index);
static uint64 CellOfText(const text *written);
static bool IndexOfText(const text *written, uint64 *index);
static bool IsCell(uint64 index);
static bool IsPentagon(int base_cell);
static int Resolution(uint64 index);
static uint64 Parent(uint64 cell, int resolution);
static Datum Children(uint64 cell, int resolution);
static uint64 Child(uint64 first, int number, int levels, int lowest);
static uint64 AtResolution(uint64 cell, int resolution);
static void RefuseResolution(int resolution, int from, int to);

/* h3_isvalid(index), of a BIGINT: whether it is that of a cell. */
Datum
redshift_h3_isvalid(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(IsCell((uint64)PG_GETARG_INT64(0)));
}

/* The same of a VARCHAR. */
Datum
redshift_h3_isvalid_text(PG_FUNCTION_ARGS)
{
	uint64 index;

	PG_RETURN_BOOL(IndexOfText(PG_GETARG_TEXT_PP(0), &index) && IsCell(index));
}

/* h3_resolution(index), of a BIGINT: 0, the coarsest, to 15. */
Datum
redshift_h3_resolution(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(Resolution(CellOfNumber((uint64)PG_GETARG_INT64(0))));
}

/* The same of a VARCHAR. */
Datum
redshift_h3_resolution_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(Resolution(CellOfText(PG_GETARG_TEXT_PP(0))));
}

/* h3_toparent(index, resolution), of a BIGINT: the cell that it lies in. */
Datum
redshift_h3_toparent(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(Parent(CellOfNumber((uint64)PG_GETARG_INT64(0)), PG_GETARG_INT32(1)));
}

/* The same of a VARCHAR. */
Datum
redshift_h3_toparent_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(Parent(CellOfText(PG_GETARG_TEXT_PP(0)), PG_GETARG_INT32(1)));
}

/* h3_tochildren(index, resolution), of a BIGINT: an array of the cells that lie in it. */
Datum
redshift_h3_tochildren(PG_FUNCTION_ARGS)
{
	return Children(CellOfNumber((uint64)PG_GETARG_INT64(0)), PG_GETARG_INT32(1));
}

/* The same of a VARCHAR. */
Datum
redshift_h3_tochildren_text(PG_FUNCTION_ARGS)
{
	return Children(CellOfText(PG_GETARG_TEXT_PP(0)), PG_GETARG_INT32(1));
}

/* The index of a cell; raises an error for what is none. */
static uint64
CellOfNumber(uint64 index)
{
	if (!IsCell(index))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%lld is not the index of an H3 cell", (long long)index));
	return index;
}

/* The same, of the index as a text. */
static uint64
CellOfText(const text *written)
{
	const char *start = VARDATA_ANY(written);
	int length = VARSIZE_ANY_EXHDR(written);
	uint64 index;

	if (!IndexOfText(written, &index) || !IsCell(index))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not the index of an H3 cell",
					   pnstrdup(start, pg_mbcliplen(start, length, SHOWN_MOST))));

	return index;
}

/* Reads hexadecimal digits, of either case; false where a text is anything else. */
static bool
IndexOfText(const text *written, uint64 *index)
{
	size_t length = VARSIZE_ANY_EXHDR(written);
	char digits[2 * sizeof(uint64) + 1] = "";

	if (length == 0 || length >= sizeof(digits))
		return false;

	memcpy(digits, VARDATA_ANY(written), length);
	*index = strtou64(digits, NULL, 16);

	/* strtou64() would take a sign, blanks and 0x, which no index has */
	return strspn(digits, "0123456789abcdefABCDEF") == length;
}

/* Whether an index is that of a cell, not of an edge, a vertex or nothing. */
static bool
IsCell(uint64 index)
{
	int base_cell = index >> 45 & 0x7F;
	int resolution = Resolution(index);
	bool in_pentagon = IsPentagon(base_cell);

	/* the mode between bits that are kept 0 */
	if (index >> 56 != MODE_CELL << 3 || base_cell >= BASE_CELLS)
		return false;

	for (int i = 1; i <= DIGITS; i++)
	{
		int digit = index >> 3 * (DIGITS - i) & 7;

		if ((digit == DIGIT_UNUSED) != (i > resolution))
			return false;

		/* a pentagon's child in the middle is one again; all others are hexagons */
		if (in_pentagon && digit == DIGIT_REMOVED)
			return false;
		in_pentagon = in_pentagon && digit == 0;
	}

	return true;
}

/* Whether a base cell is one of the twelve whose middle is a corner of the icosahedron. */
static bool
IsPentagon(int base_cell)
{
	static const uint8 pentagons[] = {4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117};

	return memchr(pentagons, base_cell, sizeof(pentagons)) != NULL;
}

/* The resolution that an index has, of a cell or not. */
static int
Resolution(uint64 index)
{
	return index >> 52 & 0xF;
}

/* The cell of a coarser resolution that a cell lies in. */
static uint64
Parent(uint64 cell, int resolution)
{
	RefuseResolution(resolution, 0, Resolution(cell));
	return AtResolution(cell, resolution);
}

/* The cells of a finer resolution that lie in a cell, in the order of their indexes: a JSON array. */
static Datum
Children(uint64 cell, int resolution)
{
	int levels = resolution - Resolution(cell);
	int lowest = DIGITS - resolution;
	StringInfoData array;
	uint64 first;
	int count = 1;

	RefuseResolution(resolution, Resolution(cell), DIGITS);
	if (levels > LEVELS_MOST)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("the children of %d levels are more than a SUPER holds", levels),
				errhint("Ask for those of a resolution at most %d finer.", LEVELS_MOST));

	for (int i = 0; i < levels; i++)
		count *= 7;
	first = AtResolution(cell, resolution) & ~(((UINT64CONST(1) << 3 * levels) - 1) << 3 * lowest);

	initStringInfo(&array);
	for (int i = 0; i < count; i++)
	{
		uint64 child = Child(first, i, levels, lowest);

		CHECK_FOR_INTERRUPTS();

		/* of a pentagon some aren't there */
		if (IsCell(child))
			appendStringInfo(&array, "%c%lld", array.len == 0 ? '[' : ',', (long long)child);
	}
	appendStringInfoChar(&array, ']');

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(array.data));
}

/* The child of a number, whose digits to the base 7 are those of the levels behind the first one. */
static uint64
Child(uint64 first, int number, int levels, int lowest)
{
	uint64 child = first;

	for (int i = 0; i < levels; i++, number /= 7)
		child |= (uint64)(number % 7) << 3 * (lowest + i);
	return child;
}

/* An index with another resolution, and 7 for each digit behind it. */
static uint64
AtResolution(uint64 cell, int resolution)
{
	uint64 unused = (UINT64CONST(1) << 3 * (DIGITS - resolution)) - 1;

	return (cell & ~(UINT64CONST(0xF) << 52)) | (uint64)resolution << 52 | unused;
}

/* Raises an error for a resolution that isn't among those that are asked for. */
static void
RefuseResolution(int resolution, int from, int to)
{
	if (resolution < from || resolution > to)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("resolution %d is not between %d and %d", resolution, from, to));
}
