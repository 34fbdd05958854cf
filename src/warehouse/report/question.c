/*
 * question.c
 *		Reads the questions of sparkify_definition and asks them.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"

#include "script/script.h"
#include "warehouse/definitions.h"
#include "warehouse/report/question.h"
#include "warehouse/settings.h"

/* The forms, as sparkify_definition names them, and the columns that each needs. */
static const struct
{
	const char *name;
	int text;		 /* columns before the numbers */
	int least, most; /* columns with numbers */
	const char *columns;
} forms[] = {
	[FORM_TABLE] = {"table", 0, 0, 0, "any columns"},
	[FORM_BARS] = {"bars", 1, 1, 4, "a label and one to four numbers"},
	[FORM_LINE] = {"line", 1, 1, 4, "a place on the x axis and one to four numbers"},
	[FORM_HEAT_MAP] = {"heat map", 2, 1, 1, "a row, a column and a number"},
};

static Question *ReadQuestion(HeapTuple tuple, TupleDesc desc);
static QuestionForm FindForm(const char *name);
static char *Translate(const Question *question, List *settings);
static void CheckForm(const Question *question, const Answer *answer);
static void NameQuestion(void *question);

List *
QuestionsRead(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *questions = NIL;
	char *sql = psprintf("SELECT position, name, statement, title, form, x_axis, y_axis"
						 " FROM %s.sparkify_definition"
						 " WHERE phase OPERATOR(pg_catalog.=) 'question' AND statement IS NOT NULL "
						 "ORDER BY position",
						 SettingsSchema());

	SPI_connect();
	if (SPI_execute(sql, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot read the questions");
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		questions =
			lappend(questions, ReadQuestion(SPI_tuptable->vals[row], SPI_tuptable->tupdesc));
		MemoryContextSwitchTo(spi);
	}

	SPI_finish();

	return questions;
}

Answer *
QuestionAsk(const Question *question, List *settings)
{
	ErrorContextCallback callback = {
		.callback = NameQuestion, .arg = (void *)question, .previous = error_context_stack};
	Answer *answer;

	error_context_stack = &callback;
	answer = AnswerRead(Translate(question, settings));
	CheckForm(question, answer);
	error_context_stack = callback.previous;

	return answer;
}

/* A row of sparkify_definition; a question without a title goes by its name. */
static Question *
ReadQuestion(HeapTuple tuple, TupleDesc desc)
{
	Question *question = palloc0(sizeof(Question));
	bool isnull;

	question->position = DatumGetInt32(SPI_getbinval(tuple, desc, 1, &isnull));
	question->name = SPI_getvalue(tuple, desc, 2);
	question->statement = SPI_getvalue(tuple, desc, 3);
	question->title = SPI_getvalue(tuple, desc, 4);
	question->form = FindForm(SPI_getvalue(tuple, desc, 5));
	question->x_axis = SPI_getvalue(tuple, desc, 6);
	question->y_axis = SPI_getvalue(tuple, desc, 7);
	if (question->title == NULL)
		question->title = question->name;
	return question;
}

/* The form of a name; a table where none is given.  The table's CHECK knows the names. */
static QuestionForm
FindForm(const char *name)
{
	for (int i = 0; name != NULL && i < (int)lengthof(forms); i++)
		if (strcmp(forms[i].name, name) == 0)
			return (QuestionForm)i;
	return FORM_TABLE;
}

/* The question in PostgreSQL's SQL: one statement, and a query. */
static char *
Translate(const Question *question, List *settings)
{
	DialectContext context;
	List *statements = DialectParse(question->statement);
	DialectText text = {NULL};

	if (list_length(statements) == 1 && strcmp(DialectTag(linitial(statements)), "SELECT") == 0)
	{
		ScriptContext(&context, SettingsVariables(settings));
		text = DialectDeparse(linitial(statements), DIALECT_POSTGRES, &context);
	}

	if (text.sql == NULL)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("a question must be one query"),
				errhint("Write one SELECT, without a second statement behind it."));
	return text.sql;
}

/* Raises an error when the columns of an answer can't be drawn in the form of the question. */
static void
CheckForm(const Question *question, const Answer *answer)
{
	int numbers = answer->ncolumns - forms[question->form].text;
	bool fits = numbers >= forms[question->form].least && numbers <= forms[question->form].most;

	/* a table can show anything */
	if (question->form == FORM_TABLE)
		return;

	for (int i = forms[question->form].text; fits && i < answer->ncolumns; i++)
		fits = answer->columns[i].kind == ANSWER_NUMBER;
	if (!fits)
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("the columns of the question do not fit its form \"%s\"",
					   forms[question->form].name),
				errhint("It takes %s; the form \"table\" takes any columns.",
						forms[question->form].columns));
}

/* Error context: which definition it is. */
static void
NameQuestion(void *question)
{
	const Question *asked = question;

	errcontext("definition \"%s\" (question %d)", asked->name, asked->position);
}
