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
#include "dialect/text/statement.h"
#include "warehouse/definition_order.h"

/* A definition that is still to be placed. */
typedef struct Pending
{
	Definition *definition;
	const LexemeList *lexemes; /* of its statements; NULL: there is none, but comments */
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
static int LastOfGroup(const Order *order, const char *word);
static void Place(Order *order, int node);
static void Release(Order *order, int node);
static char *BareName(const char *relation);
static char *Folded(const char *text);
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
		if (statements != NIL)
			pending->lexemes = ((DialectStatement *)linitial(statements))->list;
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

/* Lets a definition wait for each group that its statements mention; twice where they do so twice. */
static void
FindNeeds(Order *order, int node)
{
	Pending *pending = &order->pending[node];

	for (int i = 0; pending->lexemes != NULL && i < pending->lexemes->count; i++)
	{
		const Lexeme *lexeme = &pending->lexemes->lexemes[i];
		int last;

		if (lexeme->kind != LEXEME_WORD)
			continue;
		CHECK_FOR_INTERRUPTS();
		last = LastOfGroup(order, lexeme->quoted ? Folded(lexeme->text) : lexeme->text);
		if (last < 0 ||
			(pending->name != NULL && strcmp(order->pending[last].name, pending->name) == 0))
			continue;
		order->pending[last].dependents = lappend_int(order->pending[last].dependents, node);
		pending->waits++;
	}
}

/* The last definition of the relation that a word in lower case names, or -1. */
static int
LastOfGroup(const Order *order, const char *word)
{
	int low = 0, high = order->nnamed;
	int last;

	/* the first name behind the word */
	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (strcmp(order->pending[order->named[middle]].name, word) > 0)
			high = middle;
		else
			low = middle + 1;
	}

	/* of equal names the last definition is the one in front of that place */
	if (low == 0)
		return -1;

	last = order->named[low - 1];
	return strcmp(order->pending[last].name, word) == 0 ? last : -1;
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
	char *name = Folded(dot ? dot + 1 : relation);

	if (*name == '"' && strlen(name) > 2)
	{
		name++;
		name[strlen(name) - 1] = '\0';
	}

	return name;
}

/* A copy of a text in lower case. */
static char *
Folded(const char *text)
{
	char *copy = pstrdup(text);

	for (char *c = copy; *c != '\0'; c++)
		*c = (char)pg_tolower((unsigned char)*c);
	return copy;
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
