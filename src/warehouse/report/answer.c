/*
 * answer.c
 *		Runs a query and keeps its rows for a report.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "warehouse/report/answer.h"

static Answer *KeepRows(SPITupleTable *table, uint64 rows);
static AnswerKind KindOf(Oid type);
static AnswerCell ReadCell(HeapTuple tuple, TupleDesc desc, int column, AnswerKind kind);
static double TimeNumber(Datum value, Oid type);

Answer *
AnswerRead(const char *sql)
{
	MemoryContext caller = CurrentMemoryContext;
	Answer *answer;

	SPI_connect();
	if (SPI_execute(sql, true, ANSWER_ROWS + 1) != SPI_OK_SELECT)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("a question must be a query"));
	MemoryContextSwitchTo(caller);
	answer = KeepRows(SPI_tuptable, SPI_processed);
	SPI_finish();

	return answer;
}

const AnswerCell *
AnswerAt(const Answer *answer, int row, int column)
{
	return &answer->cells[row * answer->ncolumns + column];
}

void
AnswerRange(const Answer *answer, int first, int last, double *low, double *high)
{
	*low = *high = 0;
	for (int row = 0; row < answer->nrows; row++)
		for (int column = first; column <= last; column++)
		{
			double number = AnswerAt(answer, row, column)->number;

			/* the first value begins the range: zero may be outside of it */
			if ((row == 0 && column == first) || number < *low)
				*low = number;
			if ((row == 0 && column == first) || number > *high)
				*high = number;
		}
}

/* Copies the rows out of SPI's memory, up to as many as a report holds. */
static Answer *
KeepRows(SPITupleTable *table, uint64 rows)
{
	TupleDesc desc = table->tupdesc;
	Answer *answer = palloc0(sizeof(Answer));

	answer->ncolumns = desc->natts;
	answer->columns = palloc0(desc->natts * sizeof(AnswerColumn));
	for (int i = 0; i < desc->natts; i++)
	{
		answer->columns[i].name = pstrdup(NameStr(TupleDescAttr(desc, i)->attname));
		answer->columns[i].kind = KindOf(TupleDescAttr(desc, i)->atttypid);
	}

	answer->cut = rows > ANSWER_ROWS;
	answer->nrows = (int)Min(rows, ANSWER_ROWS);
	answer->cells = palloc_extended(Max(1, (Size)answer->nrows * desc->natts) * sizeof(AnswerCell),
									MCXT_ALLOC_HUGE);
	for (int row = 0; row < answer->nrows; row++)
		for (int i = 0; i < desc->natts; i++)
			answer->cells[row * desc->natts + i] =
				ReadCell(table->vals[row], desc, i, answer->columns[i].kind);
	return answer;
}

/* Whether values of a type can be drawn, and how. */
static AnswerKind
KindOf(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			return ANSWER_NUMBER;
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return ANSWER_TIME;
		default:
			return ANSWER_TEXT;
	}
}

/* A value as text and as a number. */
static AnswerCell
ReadCell(HeapTuple tuple, TupleDesc desc, int column, AnswerKind kind)
{
	AnswerCell cell = {.text = SPI_getvalue(tuple, desc, column + 1)};
	bool isnull;
	Datum value = SPI_getbinval(tuple, desc, column + 1, &isnull);

	if (isnull)
		return cell;
	if (kind == ANSWER_NUMBER)
		cell.number = strtod(cell.text, NULL);
	else if (kind == ANSWER_TIME)
		cell.number = TimeNumber(value, TupleDescAttr(desc, column)->atttypid);

	/* Neither 'NaN' nor 'infinity' has a place on an axis; their text stays. */
	if (!isfinite(cell.number))
		cell.number = 0;
	return cell;
}

/* A date or a time in microseconds since 2000-01-01. */
static double
TimeNumber(Datum value, Oid type)
{
	if (type == DATEOID)
	{
		DateADT date = DatumGetDateADT(value);

		return DATE_NOT_FINITE(date) ? 0 : (double)date * USECS_PER_DAY;
	}

	if (TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value)))
		return 0;

	return (double)DatumGetTimestamp(value);
}
