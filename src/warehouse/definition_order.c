/*
 * definition_order.c
 *		The order in which definitions can run: each behind what it needs.
 *
 * Definitions of one relation form a group, which runs in the order of their
 * positions.  A definition waits for the groups of the relations that its
 * statement mentions.  Of those that wait for nothing the one with the lowest
 * position is next; where all wait for one another, position decides.
 */
#include "postgres.h"

#include "lib/binaryheap.h"
#include "miscadmin.h"

#include "dialect/text/dialect.h"
#include "warehouse/definition_order.h"
#include "warehouse/sql_scan.h"

/* A definition that is still to be placed. */
typedef struct Pending
{
	Definition *definition;
	char *name; /* of its relation: without schema and quotes, in lower case; NULL: it has none */
	int waits;	/* for how many others */
	int next;	/* the next one of its group; -1: it is the last */
	List *dependents; /* of a group's last one: who waits for the group */
	bool done;
} Pending;

typedef struct Order
{
	Pending *pending; /* by position */
	int count;
	int *named; /* the numbers of those with a name, by name and position */
	int nnamed;
	binaryheap *ready;
	List *ordered;
} Order;

static Order *Begin(List *definitions);
static void FormGroups(Order *order);
static void FindNeeds(Order *order, int node);
static int LastOfGroup(const Order *order, const char *word, size_t length);
static void Place(Order *order, int node);
static void Release(Order *order, int node);
static char *BareName(const char *relation);
static int CompareNamed(const void *a, const void *b, void *pending);
static int LowestFirst(Datum a, Datum b, void *arg);

List *
DefinitionsInOrder(List *definitions)
{
	Order *order = Begin(definitions);
	int first = 0;

	FormGroups(order);
	for (int node = 0; node < order->count; node++)
		FindNeeds(order, node);
	for (int node = 0; node < order->count; node++)
		if (order->pending[node].waits == 0)
			binaryheap_add(order->ready, Int32GetDatum(node));
	while (list_length(order->ordered) < order->count)
	{
		CHECK_FOR_INTERRUPTS();
		if (!binaryheap_empty(order->ready))
		{
			Place(order, DatumGetInt32(binaryheap_remove_first(order->ready)));
			continue;
		}

		/* all wait for one another */
		while (order->pending[first].done)
			first++;
		Place(order, first);
	}

	return order->ordered;
}

/* Begins with definitions in the order of their positions. */
static Order *
Begin(List *definitions)
{
	Order *order = palloc0(sizeof(Order));
	ListCell *cell;

	order->pending = palloc0((list_length(definitions) + 1) * sizeof(Pending));
	order->named = palloc((list_length(definitions) + 1) * sizeof(int));
	order->ready = binaryheap_allocate(list_length(definitions) + 1, LowestFirst, NULL);
	foreach (cell, definitions)
	{
		Pending *pending = &order->pending[order->count];
		List *statements;
		const char *relation;

		pending->definition = lfirst(cell);
		pending->next = -1;
		statements = DialectParse(pending->definition->statement);
		relation = statements != NIL ? DialectRelation(linitial(statements)) : NULL;
		if (relation != NULL)
		{
			pending->name = BareName(relation);
			order->named[order->nnamed++] = order->count;
		}

		order->count++;
	}

	return order;
}

/* Lets each definition of a relation wait for the one before it. */
static void
FormGroups(Order *order)
{
	Pending *pending = order->pending;

	qsort_arg(order->named, order->nnamed, sizeof(int), CompareNamed, pending);
	for (int i = 1; i < order->nnamed; i++)
	{
		int before = order->named[i - 1], node = order->named[i];

		if (strcmp(pending[before].name, pending[node].name) != 0)
			continue;
		pending[before].next = node;
		pending[node].waits++;
	}
}

/* Lets a definition wait for each group that its statement mentions; twice where it does so twice. */
static void
FindNeeds(Order *order, int node)
{
	Pending *pending = &order->pending[node];
	const char *at = pending->definition->statement;
	SqlWord word;

	while ((word = SqlNextWord(&at)).length > 0)
	{
		int last;

		CHECK_FOR_INTERRUPTS();
		last = LastOfGroup(order, word.start, word.length);
		if (last < 0 ||
			(pending->name != NULL && strcmp(order->pending[last].name, pending->name) == 0))
			continue;
		order->pending[last].dependents = lappend_int(order->pending[last].dependents, node);
		pending->waits++;
	}
}

/* The last definition of the relation that a word names, or -1. */
static int
LastOfGroup(const Order *order, const char *word, size_t length)
{
	int low = 0, high = order->nnamed;

	/* the first name behind the word */
	while (low < high)
	{
		int middle = low + (high - low) / 2;
		const char *name = order->pending[order->named[middle]].name;
		size_t named = strlen(name);
		int difference = 0;

		/* the words of a script may be in any case, the names are folded */
		for (size_t i = 0; i < Min(named, length) && difference == 0; i++)
			difference = (unsigned char)name[i] - pg_tolower((unsigned char)word[i]);

		/* a prefix sorts in front of what it begins */
		if (difference == 0)
			difference = named < length ? -1 : named > length;
		if (difference > 0)
			high = middle;
		else
			low = middle + 1;
	}

	/* of equal names the last definition is the one in front of that place */
	if (low > 0)
	{
		int last = order->named[low - 1];
		const char *name = order->pending[last].name;

		if (strlen(name) == length && pg_strncasecmp(name, word, length) == 0)
			return last;
	}

	return -1;
}

/* Places a definition, and releases who waited for it. */
static void
Place(Order *order, int node)
{
	Pending *pending = &order->pending[node];
	ListCell *cell;

	pending->done = true;
	order->ordered = lappend(order->ordered, pending->definition);
	if (pending->next >= 0)
		Release(order, pending->next);
	foreach (cell, pending->dependents)
		Release(order, lfirst_int(cell));
}

/* Takes one off what a definition waits for. */
static void
Release(Order *order, int node)
{
	Pending *pending = &order->pending[node];

	if (--pending->waits == 0 && !pending->done)
		binaryheap_add(order->ready, Int32GetDatum(node));
}

/* The name of a relation as other statements mention it, in any case: "time" and time are the same. */
static char *
BareName(const char *relation)
{
	const char *dot = strrchr(relation, '.');
	char *name = pstrdup(dot ? dot + 1 : relation);

	if (*name == '"' && strlen(name) > 2)
	{
		name++;
		name[strlen(name) - 1] = '\0';
	}

	for (char *c = name; *c != '\0'; c++)
		*c = (char)pg_tolower((unsigned char)*c);
	return name;
}

/* Orders definitions by name, then by position. */
static int
CompareNamed(const void *a, const void *b, void *pending)
{
	int one = *(const int *)a, other = *(const int *)b;
	int difference = strcmp(((Pending *)pending)[one].name, ((Pending *)pending)[other].name);

	return difference != 0 ? difference : one - other;
}

/* The heap's first is the lowest position. */
static int
LowestFirst(Datum a, Datum b, void *arg)
{
	return DatumGetInt32(b) - DatumGetInt32(a);
}
