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
#include "utils/guc.h"

#include "dialect/text/text_builder.h"
#include "endpoint/answer.h"
#include "endpoint/catalog_query.h"
#include "endpoint/client_copy.h"
#include "endpoint/statement_log.h"
#include "endpoint/translate.h"
#include "script/catalog.h"

PG_FUNCTION_INFO_V1(endpoint_translate);

/* A place in the asked text, counted in bytes and in characters. */
typedef struct Place
{
	const char *text;
	int byte;
	int character;
	int base; /* characters in front of what is parsed, for errors */
} Place;

static void AnswerFirst(StringInfo answer, const char *script, List *statements, const char *tail,
						const DialectContext *context);
static List *Findings(const char *script, const List *statements, int *start,
					  const DialectContext *context);
static void Refuse(const char *script, const DialectStatement *statement, const List *findings,
				   int start, const char *sql);
static void AddFirst(StringInfo answer, const char *script, const DialectStatement *statement,
					 const DialectText *text, const char *sql);
static void Remember(const char *script, const DialectStatement *statement, const char *sql,
					 const char *tail);
static void AddLater(StringInfo answer, const char *script, const DialectStatement *statement);
static void AddMap(StringInfo answer, const char *script, const DialectText *text, bool has_tail);
static void AddText(StringInfo answer, const char *text, int length);
static int CharacterAt(Place *place, int byte);
static void PlaceError(void *arg);

/*
 * endpoint_translate(text): the answer about a Query or a Parse, see answer.h.
 *
 *		COPY t FROM STDIN  CSV ESCAPE '\'  ; SELECT ...
 *		script             tail            rest
 *
 * The dialect reads the options of a COPY with the client as little as the rest
 * of a text that begins with one; where there is none, all is the script.
 */
Datum
endpoint_translate(PG_FUNCTION_ARGS)
{
	char *script = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *tail = "";
	char *rest = "";
	int rest_start = 0;
	Place place = {.text = pstrdup(script)};
	ErrorContextCallback callback = {
		.callback = PlaceError, .arg = &place, .previous = error_context_stack};
	DialectContext context = CatalogContext();
	StringInfoData answer;
	ClientCopy copy;
	List *statements;
	List *later;

	StatementLogAsked();
	context.shows_result = true;
	if (ClientCopyFind(script, &copy))
	{
		tail = pnstrdup(script + copy.head, copy.end - copy.head);
		rest_start = copy.end;
		rest = pstrdup(script + copy.end);
		script[copy.head] = '\0';
	}

	error_context_stack = &callback;
	statements = DialectParsePlain(script);
	place.base = pg_mbstrlen_with_len(place.text, rest_start);
	later = *rest != '\0' ? DialectParsePlain(rest) : NIL;
	place.base = 0;
	pq_begintypsend(&answer);
	pq_sendint32(&answer, list_length(statements) + list_length(later));
	for (int i = 0; i < list_length(statements); i++)
	{
		const DialectStatement *statement = list_nth(statements, i);

		pq_sendint32(&answer, CharacterAt(&place, DialectOffset(statement)));
		if (i == 0)
			AnswerFirst(&answer, script, statements, tail, &context);
		else
			AddLater(&answer, script, statement);
	}

	for (int i = 0; i < list_length(later); i++)
	{
		pq_sendint32(&answer, CharacterAt(&place, rest_start + DialectOffset(list_nth(later, i))));
		AddLater(&answer, rest, list_nth(later, i));
	}

	error_context_stack = callback.previous;
	PG_RETURN_BYTEA_P(pq_endtypsend(&answer));
}

/* Judges and translates the first statement: the one that is run before anything else is asked. */
static void
AnswerFirst(StringInfo answer, const char *script, List *statements, const char *tail,
			const DialectContext *context)
{
	const DialectStatement *statement = linitial(statements);
	int start;
	List *findings = Findings(script, statements, &start, context);
	DialectText text = DialectDeparse(statement, DIALECT_POSTGRES, context);
	const char *sql = text.sql != NULL ? psprintf("%s%s", text.sql, tail) : NULL;

	/* what is refused is on record, too, with what was said about it */
	if (sql != NULL)
		Remember(script, statement, sql, tail);
	Refuse(script, statement, findings, start, text.sql);
	AddFirst(answer, script, statement, &text, sql);
}

/*
 * What the check has to say about the first statement; *start is the byte of
 * the script that its places count from.  Those behind it may depend on what
 * it does: they aren't looked at yet.
 */
static List *
Findings(const char *script, const List *statements, int *start, const DialectContext *context)
{
	const DialectStatement *first = linitial(statements);
	char *own;

	*start = 0;
	if (list_length(statements) == 1)
		return DialectCheckParsed(script, statements, context);

	*start = DialectOffset(first);
	own = pnstrdup(script + *start, DialectEnd(first) - *start);

	return DialectCheckParsed(own, DialectParsePlain(own), context);
}

/*
 * Raises an error for what would fail on Redshift, or a warning where
 * sparkify_dwh.strict is off.  Queries of the catalog alone are let through:
 * clients ask PostgreSQL's catalog in PostgreSQL's words.  So is what Redshift
 * lacks but a driver offers as its own: COPY between server and client, and
 * savepoints, which ODBC sets around every statement and which pass unasked
 * wherever they stand alone.
 */
static void
Refuse(const char *script, const DialectStatement *statement, const List *findings, int start,
	   const char *sql)
{
	bool is_strict = strcmp(GetConfigOption("sparkify_dwh.strict", false, false), "on") == 0;
	bool copies = DialectIsClientCopy(statement);
	ListCell *cell;

	foreach (cell, findings)
	{
		const DialectFinding *finding = lfirst(cell);

		/* characters, as clients count, not bytes */
		int position = pg_mbstrlen_with_len(script, start + finding->position) + 1;

		/* what Redshift lacks, but its drivers offer */
		if (!finding->fatal || (copies && strcmp(finding->rule, "copy-source") == 0) ||
			strcmp(finding->rule, "savepoint") == 0)
			continue;

		/* asked last, because it parses the text */
		if (sql != NULL && ReadsCatalogOnly(sql))
			return;
		ereport(is_strict ? ERROR : WARNING,
				errcode(strcmp(finding->rule, LINT_UNKNOWN_COLUMN) == 0
							? ERRCODE_UNDEFINED_COLUMN
							: ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s", finding->message), finding->hint ? errhint("%s", finding->hint) : 0,
				errposition(position));
	}
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

/* Adds a statement behind the first, as the client wrote it. */
static void
AddLater(StringInfo answer, const char *script, const DialectStatement *statement)
{
	const char *tag = DialectTag(statement);
	int start = DialectOffset(statement);

	pq_sendbyte(answer, ENDPOINT_LATER);
	AddText(answer, tag, strlen(tag));
	AddText(answer, script + start, DialectEnd(statement) - start);
	pq_sendint32(answer, 0);
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

/* The dialect names places of its script: to the client that is the query it has sent. */
static void
PlaceError(void *arg)
{
	const Place *place = arg;
	int position = getinternalerrposition();

	if (position <= 0)
		return;

	errposition(place->base + position);
	internalerrposition(0);
	internalerrquery(NULL);
}
