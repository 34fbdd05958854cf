/*
 * translate.c
 *		Says to the gateway how PostgreSQL is to be told what a client has sent.
 *
 *		text -> DialectParse -> first statement: DialectDeparse -> answer.h
 *
 * It runs in the client's own session, so the search_path, the temporary
 * tables and the transaction are those the statement will meet.  Its error is
 * the client's error, with the position in the client's text.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "dialect/text/text_builder.h"
#include "endpoint/answer.h"
#include "endpoint/client_copy.h"
#include "endpoint/first_statement.h"
#include "endpoint/statement_log.h"
#include "endpoint/translate.h"

PG_FUNCTION_INFO_V1(endpoint_translate);

/* A place in the asked text, counted in bytes and in characters. */
typedef struct Place
{
	const char *text;
	int byte;
	int character;
} Place;

/* What is to be said of a text. */
typedef struct Answer
{
	StringInfoData statements; /* each as in answer.h */
	int count;
	Place place; /* in the text */
	int base;	 /* characters in front of what is parsed, for errors */
} Answer;

static void AddRest(Answer *answer, int from);
static void AddLater(Answer *answer, int from, const char *script, List *statements);
static void AddStart(Answer *answer, int byte);
static void AddUntranslated(StringInfo answer, const char *tag, const char *text, int length);
static void AnswerFirst(StringInfo answer, const char *script, const List *statements,
						const char *tail);
static void AddFirst(StringInfo answer, const char *script, const DialectStatement *statement,
					 const DialectText *text, const char *sql);
static void Remember(const char *script, const DialectStatement *statement, const char *sql,
					 const char *tail);
static void AddMap(StringInfo answer, const char *script, const DialectText *text, bool has_tail);
static void AddText(StringInfo answer, const char *text, int length);
static int CharacterAt(Place *place, int byte);

/*
 * endpoint_translate(text): the answer about a Query or a Parse, see answer.h.
 *
 *		COPY t FROM STDIN  CSV ESCAPE '\'  ; SELECT ...
 *		script             tail            rest
 *
 * The dialect reads the options of a COPY with the client as little as the rest
 * of a text that has one; where there is none, all is the script.
 */
Datum
endpoint_translate(PG_FUNCTION_ARGS)
{
	Answer answer = {.place.text = text_to_cstring(PG_GETARG_TEXT_PP(0))};
	char *script = pstrdup(answer.place.text);
	char *tail = "";
	int rest = strlen(script);
	ErrorContextCallback callback = {
		.callback = FirstStatementPlace, .arg = &answer.base, .previous = error_context_stack};
	List *statements;
	StringInfoData value;
	ClientCopy copy;

	StatementLogAsked();
	initStringInfo(&answer.statements);
	if (ClientCopyFind(script, &copy))
	{
		bool is_first = DialectParsePlain(pnstrdup(script, copy.start)) == NIL;

		if (is_first)
			tail = pnstrdup(script + copy.head, copy.end - copy.head);
		rest = is_first ? copy.end : copy.start;
		script[is_first ? copy.head : copy.start] = '\0';
	}
	error_context_stack = &callback;
	statements = DialectParsePlain(script);
	if (statements != NIL)
	{
		AddStart(&answer, DialectOffset(linitial(statements)));
		AnswerFirst(&answer.statements, script, statements, tail);
		AddLater(&answer, 0, script, list_delete_first(statements));
	}
	AddRest(&answer, rest);
	error_context_stack = callback.previous;

	pq_begintypsend(&value);
	pq_sendint32(&value, answer.count);
	pq_sendbytes(&value, answer.statements.data, answer.statements.len);
	PG_RETURN_BYTEA_P(pq_endtypsend(&value));
}

/* Adds what comes from a byte of the text on, each for a question of its own. */
static void
AddRest(Answer *answer, int from)
{
	const char *text = answer->place.text;

	while (text[from] != '\0')
	{
		ClientCopy copy;
		bool has_copy = ClientCopyFind(text + from, &copy);
		char *script = has_copy ? pnstrdup(text + from, copy.start) : pstrdup(text + from);

		answer->base = CharacterAt(&answer->place, from);
		AddLater(answer, from, script, DialectParsePlain(script));
		if (!has_copy)
			break;
		AddStart(answer, from + copy.start);
		AddUntranslated(&answer->statements, "COPY", text + from + copy.start,
						copy.end - copy.start);
		from += copy.end;
	}
}

/* Adds statements as the client wrote them; their script begins at a byte of the text. */
static void
AddLater(Answer *answer, int from, const char *script, List *statements)
{
	ListCell *cell;

	foreach (cell, statements)
	{
		const DialectStatement *statement = lfirst(cell);
		int start = DialectOffset(statement);

		AddStart(answer, from + start);
		AddUntranslated(&answer->statements, DialectTag(statement), script + start,
						DialectEnd(statement) - start);
	}
}

/* Begins a statement that stands at a byte of the text. */
static void
AddStart(Answer *answer, int byte)
{
	answer->count++;
	pq_sendint32(&answer->statements, CharacterAt(&answer->place, byte));
}

/* Adds a statement that is asked about when it is due. */
static void
AddUntranslated(StringInfo answer, const char *tag, const char *text, int length)
{
	pq_sendbyte(answer, ENDPOINT_LATER);
	AddText(answer, tag, strlen(tag));
	AddText(answer, text, length);
	pq_sendint32(answer, 0);
}

/* Judges and translates the first statement: the one that is run before anything else is asked. */
static void
AnswerFirst(StringInfo answer, const char *script, const List *statements, const char *tail)
{
	DialectContext context = FirstStatementContext();
	FirstStatement first = FirstStatementTranslate(script, statements, &context);
	const char *sql = first.text.sql != NULL ? psprintf("%s%s", first.text.sql, tail) : NULL;

	/* what is refused is on record, too, with what was said about it */
	if (sql != NULL)
		Remember(script, first.statement, sql, tail);
	FirstStatementRefuse(&first);
	AddFirst(answer, script, first.statement, &first.text, sql);
}

/* Adds the statement that is due, as PostgreSQL is to run it: its text and the tail, which stays as it is. */
static void
AddFirst(StringInfo answer, const char *script, const DialectStatement *statement,
		 const DialectText *text, const char *sql)
{
	const char *tag = DialectTag(statement);

	pq_sendbyte(answer, sql != NULL ? ENDPOINT_RUN : ENDPOINT_NOTHING);
	AddText(answer, tag, strlen(tag));
	if (sql == NULL)
	{
		AddText(answer, "", 0);
		pq_sendint32(answer, 0);
		return;
	}

	AddText(answer, sql, strlen(sql));
	AddMap(answer, script, text, strlen(sql) > strlen(text->sql));
}

/* Lets the record of queries know what a statement has become, but for a COPY over objects: that is a load. */
static void
Remember(const char *script, const DialectStatement *statement, const char *sql, const char *tail)
{
	const char *tag = DialectTag(statement);
	int start = DialectOffset(statement);
	int length = DialectEnd(statement) - start;

	if (*tail != '\0')
		StatementLogRemember(sql, tag, psprintf("%.*s%s", length, script + start, tail),
							 length + strlen(tail));
	else if (strcmp(tag, "COPY") != 0)
		StatementLogRemember(sql, tag, script + start, length);
}

/* Adds the way back from the characters of the text to those of the script; the tail begins behind both. */
static void
AddMap(StringInfo answer, const char *script, const DialectText *text, bool has_tail)
{
	Place target = {.text = text->sql};
	Place source = {.text = script};
	int count = text->map != NULL ? text->map->count : 0;

	pq_sendint32(answer, count + has_tail);
	for (int i = 0; i < count; i++)
	{
		const TextSegment *segment = &text->map->segments[i];

		pq_sendint32(answer, CharacterAt(&target, segment->offset));
		pq_sendint32(answer, CharacterAt(&source, segment->source));
		pq_sendbyte(answer, segment->copied);
	}
	if (has_tail)
	{
		pq_sendint32(answer, CharacterAt(&target, strlen(text->sql)));
		pq_sendint32(answer, CharacterAt(&source, strlen(script)));
		pq_sendbyte(answer, true);
	}
}

/* Adds a text in the client's encoding behind its length. */
static void
AddText(StringInfo answer, const char *text, int length)
{
	char *own = pnstrdup(text, length);
	char *converted = pg_server_to_client(own, length);
	int size = converted != own ? (int)strlen(converted) : length;

	pq_sendint32(answer, size);
	pq_sendbytes(answer, converted, size);
}

/* How many characters are in front of a byte; cheap for places asked about in order. */
static int
CharacterAt(Place *place, int byte)
{
	if (byte < place->byte)
	{
		place->byte = 0;
		place->character = 0;
	}
	place->character += pg_mbstrlen_with_len(place->text + place->byte, byte - place->byte);
	place->byte = byte;
	return place->character;
}
