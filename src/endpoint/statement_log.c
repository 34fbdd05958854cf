/*
 * statement_log.c
 *		Records what clients run through the gateway, as they wrote it.
 *
 *		endpoint_translate -> Remembered: PostgreSQL's text -> the client's
 *		                                  |
 *		executor, utility  -> Running ----+-> query_log
 *
 * A translation says nothing of whether and how often its statement is run: a
 * prepared one many times, one with an error never.  So hooks watch what the
 * backend runs, and know a client's statement by the hash of its text.  What is
 * inside of statements (functions, procedures) isn't recorded; sparkify_execute
 * records its own.  A COPY or UNLOAD over objects is in the record of loads.
 *
 * Everything here is bounded: the statements that are remembered in number and
 * in bytes, those that run at once in number.
 */
#include "postgres.h"

#include "endpoint/statement_log.h"

#include "access/transam.h"
#include "access/xact.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/backend_status.h"
#include "utils/elog.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/timestamp.h"

#include "catalog/query_log.h"
#include "compat.h"
#include "hooks/utility.h"

#define REMEMBERED_MAX 128
#define REMEMBERED_BYTES (512 * 1024)
#define RUNNING_MAX 8

/* The error of a statement whose message the server's log doesn't take. */
#define UNKNOWN_ERROR "the statement has failed"

/* A statement of the client's, by what it has become. */
typedef struct Remembered
{
	uint64 own_hash; /* of the client's text */
	char *text;		 /* the client's, as it is recorded */
	int length;
	char tag[32];
	bool differs; /* from what the server's activity shows */
	int running;  /* how often it runs just now */
} Remembered;

/* A statement under way; a portal that was read in part is, too. */
typedef struct Running
{
	QueryDesc *query;		/* NULL: a utility, or an empty place */
	Remembered *remembered; /* NULL: an empty place */
	QueryLogEntry entry;
	int64 rows;
} Running;

/* This session's. */
static struct
{
	bool is_endpoint; /* the gateway has asked something */
	MemoryContext memory;
	Remembered remembered[REMEMBERED_MAX];
	uint64 hashes
		[REMEMBERED_MAX]; /* of PostgreSQL's texts, side by side to be searched; 0: an empty place */
	uint64 used[REMEMBERED_MAX]; /* when they were, the last time */
	size_t bytes;
	uint64 uses;
	Running running[RUNNING_MAX];
	Running *inner;	   /* the one that runs now, for errors; NULL: none */
	bool in_utility;   /* what is started now is inside of one */
	Remembered *asked; /* translated, and not begun; NULL: none */
	int asked_id;	   /* its id: a transaction that has failed can give none */
} session;

static ExecutorStart_hook_type next_start = NULL;
static ExecutorRun_hook_type next_run = NULL;
static ExecutorEnd_hook_type next_end = NULL;
static ProcessUtility_hook_type next_utility = NULL;
static emit_log_hook_type next_log = NULL;

static void Start(QueryDesc *query, int flags);
static void Run(EXECUTOR_RUN_PARAMETERS);
static void End(QueryDesc *query);
static void RunUtility(PlannedStmt *planned, const char *sql, bool read_only_tree,
					   ProcessUtilityContext context, ParamListInfo parameters,
					   QueryEnvironment *environment, DestReceiver *destination,
					   QueryCompletion *completion);
static void Log(ErrorData *error);
static void TransactionEnds(XactEvent event, void *arg);
static uint64 HashOf(const char *text, size_t length);
static Remembered *Find(uint64 hash);
static Remembered *FreePlace(void);
static void Forget(Remembered *place);
static uint64 *HashAt(const Remembered *place);
static void Use(const Remembered *place);
static Running *Begin(Remembered *remembered, QueryDesc *query);
static Running *RunningOf(const QueryDesc *query);
static bool IsLeaders(const PlannedStmt *planned);
static void Finish(Running *running, const char *error);

void
StatementLogInstall(void)
{
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = Start;
	next_run = ExecutorRun_hook;
	ExecutorRun_hook = Run;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = End;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = RunUtility;
	next_log = emit_log_hook;
	emit_log_hook = Log;
	RegisterXactCallback(TransactionEnds, NULL);
}

void
StatementLogAsked(void)
{
	session.is_endpoint = true;
	session.asked = NULL;

	/* nothing runs between questions: what seems to has failed without a word in the log */
	if (session.inner != NULL)
		Finish(session.inner, UNKNOWN_ERROR);
	session.in_utility = false;
}

void
StatementLogRemember(const char *sql, const char *tag, const char *text, int length)
{
	uint64 hash = HashOf(sql, strlen(sql));
	uint64 own_hash = HashOf(text, length);
	Remembered *place;
	MemoryContext old;

	/* a load is recorded as such, and so are its like */
	if (!QueryLogEnabled || strcmp(tag, "UNLOAD") == 0 || strncmp(tag, "COPY JOB", 8) == 0)
		return;

	place = Find(hash);

	/*
	 * The same text may be translated anew after a change of settings: then its own text counts,
	 * unless it is running.
	 */
	if (place != NULL && place->own_hash != own_hash && place->running == 0)
		Forget(place);
	if (place == NULL || *HashAt(place) == 0)
	{
		/* TopMemoryContext, because a statement may be run in later transactions */
		if (session.memory == NULL)
			session.memory = AllocSetContextCreate(TopMemoryContext, "statements of the endpoint",
												   ALLOCSET_DEFAULT_SIZES);
		place = FreePlace();

		/* all of them are running: then this one isn't recorded */
		if (place == NULL)
			return;
		old = MemoryContextSwitchTo(session.memory);
		place->text = QueryLogText(text, length);
		MemoryContextSwitchTo(old);
		*HashAt(place) = hash;
		place->own_hash = own_hash;
		place->length = strlen(place->text);

		/* what the activity shows is the client's own text, where it wouldn't anyway */
		place->differs =
			strcmp(place->text, sql) != 0 &&
			(debug_query_string == NULL || strcmp(place->text, debug_query_string) != 0);
		strlcpy(place->tag, tag, sizeof(place->tag));
		session.bytes += place->length;
	}

	Use(place);
	session.asked = place;
	session.asked_id = QueryLogNextId();
}

/* Begins a statement of the client's when it is planned and about to run. */
static void
Start(QueryDesc *query, int flags)
{
	/* what a function runs has a text of its own, not that of the portal */
	if (session.is_endpoint && !session.in_utility && ActivePortal != NULL &&
		ActivePortal->sourceText == query->sourceText && session.inner == NULL)
	{
		Remembered *remembered = Find(HashOf(query->sourceText, strlen(query->sourceText)));
		Running *running = remembered != NULL ? Begin(remembered, query) : NULL;

		/* a query of the leader node alone is in no stl_query */
		if (running != NULL && IsLeaders(query->plannedstmt))
			running->entry.is_query = false;
		session.inner = running;
	}

	if (next_start != NULL)
		next_start(query, flags);
	else
		standard_ExecutorStart(query, flags);

	/* statements of functions that begin later are none of the client's */
	if (session.inner != NULL && session.inner->query == query)
		session.inner = NULL;
}

/* Counts the rows of a statement; a SELECT that has come to its end is recorded at once. */
static void
Run(EXECUTOR_RUN_PARAMETERS)
{
	Running *running = session.is_endpoint ? RunningOf(query) : NULL;

	if (running != NULL)
		session.inner = running;
	if (next_run != NULL)
		next_run(EXECUTOR_RUN_ARGUMENTS);
	else
		standard_ExecutorRun(EXECUTOR_RUN_ARGUMENTS);
	if (running == NULL)
		return;

	session.inner = NULL;
	running->rows += query->estate->es_processed;

	/* its portal may be closed much later; triggers of a change are due only now */
	if (query->operation == CMD_SELECT && (count == 0 || query->estate->es_processed < count))
		Finish(running, NULL);
	else
		running->entry.end = GetCurrentTimestamp();
}

/* Ends what has not been recorded yet. */
static void
End(QueryDesc *query)
{
	Running *running = session.is_endpoint ? RunningOf(query) : NULL;

	if (next_end != NULL)
		next_end(query);
	else
		standard_ExecutorEnd(query);
	if (running != NULL)
		Finish(running, NULL);
}

/* Records a utility statement of the client's. */
static void
RunUtility(PlannedStmt *planned, const char *sql, bool read_only_tree,
		   ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment *environment,
		   DestReceiver *destination, QueryCompletion *completion)
{
	Utility utility = {planned,	   sql,			read_only_tree, context,
					   parameters, environment, destination,	completion};
	Remembered *remembered = NULL;
	Running *running = NULL;
	QueryCompletion own = {.commandTag = CMDTAG_UNKNOWN};

	/* a function's utilities, and BEGIN and COMMIT themselves, aren't recorded */
	if (session.is_endpoint && !session.in_utility && context == PROCESS_UTILITY_TOPLEVEL &&
		!IsA(planned->utilityStmt, TransactionStmt))
		remembered = Find(HashOf(sql, strlen(sql)));
	if (remembered != NULL)
		running = Begin(remembered, NULL);
	if (running != NULL)
	{
		session.inner = running;
		session.in_utility = true;

		/* without it nobody would know how many rows COPY or CREATE TABLE AS had */
		if (completion == NULL)
			completion = utility.completion = &own;
	}

	UtilityPass(&utility, next_utility);

	/* a statement that has ended its transaction is recorded already */
	if (running == NULL || session.inner != running)
		return;

	session.in_utility = false;
	running->rows = completion->commandTag == CMDTAG_UNKNOWN ? 0 : completion->nprocessed;
	Finish(running, NULL);
}

/* Records the statement that has failed, with its error. */
static void
Log(ErrorData *error)
{
	if (error->elevel >= ERROR && session.is_endpoint)
	{
		if (session.inner != NULL)
			Finish(session.inner, error->message);
		else if (session.asked != NULL)
		{
			Running *running = Begin(session.asked, NULL);

			if (running != NULL)
				Finish(running, error->message);
		}

		session.in_utility = false;
	}

	if (next_log != NULL)
		next_log(error);
}

/* Nothing runs when a transaction ends but what is ended by it: portals, and a failed statement that wasn't logged. */
static void
TransactionEnds(XactEvent event, void *arg)
{
	if (!session.is_endpoint ||
		(event != XACT_EVENT_ABORT && event != XACT_EVENT_COMMIT && event != XACT_EVENT_PREPARE))
		return;

	/* all of them: an error may have ended several portals */
	for (int i = 0; i < RUNNING_MAX; i++)
	{
		Running *running = &session.running[i];

		/* VACUUM and its like commit within */
		if (running->remembered == NULL ||
			(event == XACT_EVENT_COMMIT && session.in_utility && running == session.inner))
			continue;
		Finish(running, running == session.inner ? UNKNOWN_ERROR : NULL);
	}

	if (event == XACT_EVENT_ABORT)
		session.in_utility = false;
}

/* A hash that no text has by accident; never 0. */
static uint64
HashOf(const char *text, size_t length)
{
	return hash_bytes_extended((const unsigned char *)text, length, 0) | 1;
}

/* What has become the text of a hash; NULL: no statement of the client's. */
static Remembered *
Find(uint64 hash)
{
	if (session.asked != NULL && *HashAt(session.asked) == hash)
		return session.asked;

	for (int i = 0; i < REMEMBERED_MAX; i++)
		if (session.hashes[i] == hash)
			return &session.remembered[i];
	return NULL;
}

/* An empty place, made by forgetting what hasn't been used for the longest time; NULL: all run. */
static Remembered *
FreePlace(void)
{
	for (;;)
	{
		int oldest = -1;

		for (int i = 0; i < REMEMBERED_MAX; i++)
		{
			/* an empty place is only good while the texts have room */
			if (session.hashes[i] == 0 && session.bytes < REMEMBERED_BYTES)
				return &session.remembered[i];
			if (session.hashes[i] != 0 && (oldest < 0 || session.used[i] < session.used[oldest]) &&
				session.remembered[i].running == 0)
				oldest = i;
		}

		if (oldest < 0)
			return NULL;

		/* one is not always enough: texts have different lengths */
		Forget(&session.remembered[oldest]);
	}
}

/* Empties a place. */
static void
Forget(Remembered *place)
{
	session.bytes -= place->length;
	pfree(place->text);
	*HashAt(place) = 0;
	*place = (Remembered){0};
}

/* The hash of a place's text. */
static uint64 *
HashAt(const Remembered *place)
{
	return &session.hashes[place - session.remembered];
}

/* Notes that a place is used now. */
static void
Use(const Remembered *place)
{
	session.used[place - session.remembered] = ++session.uses;
}

/* Begins the record of a statement; NULL where too many are under way. */
static Running *
Begin(Remembered *remembered, QueryDesc *query)
{
	int id = remembered == session.asked ? session.asked_id : -1;
	Running *running = NULL;

	for (int i = 0; i < RUNNING_MAX && running == NULL; i++)
		if (session.running[i].remembered == NULL)
			running = &session.running[i];
	if (running == NULL)
		return NULL;
	if (remembered == session.asked)
		session.asked = NULL;
	else
		id = QueryLogNextId();

	*running = (Running){.query = query, .remembered = remembered};
	QueryLogBeginAs(&running->entry, id, remembered->tag, remembered->text, remembered->length);
	running->entry.is_masked = true;
	remembered->running++;
	Use(remembered);

	/* stv_inflight and pg_stat_activity show what the client has sent */
	if (remembered->differs)
		pgstat_report_activity(STATE_RUNNING, remembered->text);
	return running;
}

/* The record of a query under way; NULL when it isn't recorded. */
static Running *
RunningOf(const QueryDesc *query)
{
	for (int i = 0; i < RUNNING_MAX; i++)
		if (session.running[i].query == query)
			return &session.running[i];
	return NULL;
}

/* Whether a query reads no table: on Redshift the leader node runs it alone, and pg_last_query_id() passes it over. */
static bool
IsLeaders(const PlannedStmt *planned)
{
	ListCell *cell;

	foreach (cell, planned->rtable)
	{
		const RangeTblEntry *entry = lfirst(cell);

		if (entry->rtekind == RTE_RELATION && entry->relid >= FirstNormalObjectId)
			return false;
	}

	return true;
}

/* Puts a statement into the record; error NULL: it has succeeded. */
static void
Finish(Running *running, const char *error)
{
	QueryLogEnd(&running->entry, running->rows, error);
	running->remembered->running--;
	if (session.inner == running)
		session.inner = NULL;
	*running = (Running){0};
}
