/*
 * same_text.c
 *		Queries that are known to be the same text for PostgreSQL.
 *
 *		SELECT title FROM songs WHERE song_id = 4242
 *		    -> key: SELECT title FROM songs WHERE song_id = 0    -> SELECT
 *
 * Clients send few different queries, many times, and most need no
 * translation.  To find that out takes longer than to analyse them.  A
 * translation follows from the text and from what the dialect asks through its
 * DialectContext: the catalog, by way of the search_path, and some settings.  So
 * what is known is forgotten when any of these changes.
 *
 * An integer behind a sign of comparison counts as any other: the dialect looks
 * at its type only, which is the same for all of up to nine digits.  In a text
 * with quotes or comments nobody knows what is a number.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "parser/scansup.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "endpoint/same_text.h"

#define PLACES 128
#define LONGEST 1000 /* a longer text takes PostgreSQL longer, too */
#define MOST_DIGITS 9

/* A query; the key is all that is compared. */
typedef struct Known
{
	char *key; /* NULL: none */
	char *tag;
} Known;

/* What a translation depends on beside its text. */
typedef struct Circumstances
{
	uint64 changes; /* of the catalog */
	Oid user;
	char *search_path;
	char *extension_schema; /* NULL: the extension isn't there */
	bool settings[4];
} Circumstances;

/* This session's. */
static struct
{
	bool is_watched; /* changes are told */
	uint64 changes;	 /* of the catalog, by now */
	MemoryContext memory;
	Circumstances kept_in;
	Known known[PLACES];
} session;

static bool SameCircumstances(const DialectContext *context);
static void Begin(const DialectContext *context);
static void Settings(const DialectContext *context, bool *settings);
static Known *PlaceOf(const char *key);
static char *KeyOf(const char *script);
static bool HasQuotes(const char *script);
static int IntegerLength(const char *at);
static void RelationChanged(Datum arg, Oid relid);
static void ObjectChanged(Datum arg, int cache, uint32 hash);

const char *
SameTextFind(const char *script, const DialectContext *context)
{
	const Known *known;
	char *key;

	if (!SameCircumstances(context))
		Begin(context);
	key = KeyOf(script);
	if (key == NULL)
		return NULL;

	known = PlaceOf(key);
	return known->key != NULL && strcmp(known->key, key) == 0 ? known->tag : NULL;
}

void
SameTextKeep(const char *script, const DialectContext *context, const char *tag)
{
	Known *known;
	char *key = KeyOf(script);

	/* a change may have been told while the text was translated */
	if (key == NULL || !SameCircumstances(context))
		return;

	known = PlaceOf(key);
	if (known->key != NULL)
	{
		pfree(known->key);
		pfree(known->tag);
	}
	known->key = MemoryContextStrdup(session.memory, key);
	known->tag = MemoryContextStrdup(session.memory, tag);
}

int
SameTextLength(const char *script)
{
	int length = strlen(script);

	while (length > 0 && (scanner_isspace(script[length - 1]) || script[length - 1] == ';'))
		length--;
	return length;
}

/* Whether all is as it was when the texts were kept. */
static bool
SameCircumstances(const DialectContext *context)
{
	const Circumstances *kept = &session.kept_in;
	bool settings[lengthof(kept->settings)];

	if (session.memory == NULL || kept->changes != session.changes || kept->user != GetUserId() ||
		strcmp(kept->search_path, namespace_search_path) != 0 ||
		(kept->extension_schema == NULL) != (context->extension_schema == NULL) ||
		(kept->extension_schema != NULL &&
		 strcmp(kept->extension_schema, context->extension_schema) != 0))
		return false;

	Settings(context, settings);
	return memcmp(settings, kept->settings, sizeof(settings)) == 0;
}

/* Forgets all texts, and notes the circumstances for those to come. */
static void
Begin(const DialectContext *context)
{
	MemoryContext old;

	if (!session.is_watched)
	{
		CacheRegisterRelcacheCallback(RelationChanged, (Datum)0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, ObjectChanged, (Datum)0);
		CacheRegisterSyscacheCallback(PROCOID, ObjectChanged, (Datum)0);
		CacheRegisterSyscacheCallback(TYPEOID, ObjectChanged, (Datum)0);
		session.is_watched = true;
	}

	if (session.memory == NULL)
		session.memory = AllocSetContextCreate(TopMemoryContext, "texts that are PostgreSQL's, too",
											   ALLOCSET_SMALL_SIZES);
	MemoryContextReset(session.memory);
	memset(session.known, 0, sizeof(session.known));

	old = MemoryContextSwitchTo(session.memory);
	session.kept_in = (Circumstances){
		.changes = session.changes,
		.user = GetUserId(),
		.search_path = pstrdup(namespace_search_path),
		.extension_schema =
			context->extension_schema != NULL ? pstrdup(context->extension_schema) : NULL,
	};
	Settings(context, session.kept_in.settings);
	MemoryContextSwitchTo(old);
}

/* The settings of Redshift's that the dialect knows. */
static void
Settings(const DialectContext *context, bool *settings)
{
	settings[0] = context->case_sensitive_identifier;
	settings[1] = context->case_sensitive_super_attribute;
	settings[2] = context->case_insensitive_database;
	settings[3] = context->shows_result;
}

/* Where a key is kept: each has one place, and the last one wins. */
static Known *
PlaceOf(const char *key)
{
	return &session.known[hash_bytes((const unsigned char *)key, strlen(key)) % PLACES];
}

/* A text with every integer that is compared as 0; NULL: too long to be kept. */
static char *
KeyOf(const char *script)
{
	bool keeps_numbers = HasQuotes(script);
	bool compared = false; /* nothing but blanks is behind a sign of comparison */
	char *key;
	char *end;

	if (strnlen(script, LONGEST + 1) > LONGEST)
		return NULL;

	key = end = palloc(strlen(script) + 1);
	while (*script != '\0')
	{
		int length = compared && !keeps_numbers ? IntegerLength(script) : 0;

		if (length > 0)
		{
			*end++ = '0';
			script += length;
			compared = false;
			continue;
		}
		compared = strchr("=<>", *script) != NULL || (compared && scanner_isspace(*script));
		*end++ = *script++;
	}
	*end = '\0';

	return key;
}

/* Whether a text has literals, names or comments in which a digit isn't a number. */
static bool
HasQuotes(const char *script)
{
	return strpbrk(script, "'\"$") != NULL || strstr(script, "--") != NULL ||
		   strstr(script, "/*") != NULL;
}

/* The length of an integer; 0: there is none, or it is large or the begin of something else. */
static int
IntegerLength(const char *at)
{
	int length = strspn(at, "0123456789");

	if (length > MOST_DIGITS || (at[length] != '\0' && strchr(" \t\r\n);", at[length]) == NULL))
		return 0;
	return length;
}

static void
RelationChanged(Datum arg, Oid relid)
{
	session.changes++;
}

static void
ObjectChanged(Datum arg, int cache, uint32 hash)
{
	session.changes++;
}
