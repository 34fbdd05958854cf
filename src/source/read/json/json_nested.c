/*
 * json_nested.c
 *		Objects and arrays as Redshift is thought to print them.
 *
 * The one place that builds a tree of JSON, because keys come out sorted.  The
 * tree is a list of nodes with links, and is built, sorted and printed without
 * recursion.
 */
#include "source/read/json/json_nested.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "source/read/json/json_scan.h"

#define NONE UINT32_MAX

/* Beyond these, memory is given back at the next reset. */
#define KEPT_NODES 4096
#define KEPT_BYTES (256 * 1024)

/* Places are bytes from the field's start; records are too short for more. */
typedef struct Node
{
	uint32_t parent;
	uint32_t next; /* sibling */
	uint32_t first_child;
	uint32_t start; /* of scalars: their text, of strings without the quotes */
	uint32_t length;
	uint32_t key; /* of members: into the key arena */
	uint32_t key_length;
	uint8_t kind;
} Node;

typedef struct Bytes
{
	char *data;
	size_t length;
	size_t size;
} Bytes;

typedef struct Printed
{
	Field *field;
	size_t start;
	size_t length;
} Printed;

struct JsonNested
{
	/* the tree of the field being printed */
	Node *nodes;
	uint32_t nnodes;
	uint32_t nodes_size;
	Bytes keys;	   /* decoded */
	Bytes decoded; /* one string */

	/* what is printed */
	Bytes out;
	Printed *printed;
	int nprinted;
	int printed_size;
};

static bool BuildTree(JsonNested *nested, const char *text, size_t length);
static uint32_t AddNode(JsonNested *nested, uint32_t parent, uint32_t *last);
static const char *TakeKey(JsonNested *nested, JsonScan *scan, const char *p, Node *node);
static void SortMembers(JsonNested *nested, Node *object);
static uint32_t Merge(JsonNested *nested, uint32_t left, uint32_t right);
static int CompareKeys(const JsonNested *nested, const Node *left, const Node *right);
static bool PrintTree(JsonNested *nested, const char *text);
static bool PrintScalar(JsonNested *nested, const Node *node, const char *text);
static bool PrintNumber(JsonNested *nested, const Node *node, const char *text);
static bool PrintString(JsonNested *nested, const char *string, size_t length);
static char *Reserve(Bytes *bytes, size_t more);
static bool Append(Bytes *bytes, const char *data, size_t length);
static void Shrink(Bytes *bytes);

/* Makes a printer; NULL when memory ran out. */
JsonNested *
JsonNestedCreate(void)
{
	return calloc(1, sizeof(JsonNested));
}

/* Forgets all texts, and gives back memory that an unusual record needed. */
void
JsonNestedReset(JsonNested *nested)
{
	nested->nprinted = 0;
	nested->out.length = 0;
	Shrink(&nested->out);
	Shrink(&nested->keys);
	Shrink(&nested->decoded);
	if (nested->nodes_size > KEPT_NODES)
	{
		free(nested->nodes);
		nested->nodes = NULL;
		nested->nodes_size = 0;
	}
}

/* Prints a field. */
bool
JsonNestedPrint(JsonNested *nested, Field *field)
{
	size_t start = nested->out.length;

	if (nested->nprinted == nested->printed_size)
	{
		int size = nested->printed_size * 2 + 8;
		Printed *larger = realloc(nested->printed, (size_t)size * sizeof(*larger));

		if (larger == NULL)
			return false;
		nested->printed = larger;
		nested->printed_size = size;
	}

	if (!BuildTree(nested, field->data, field->length) || !PrintTree(nested, field->data))
		return false;

	nested->printed[nested->nprinted++] =
		(Printed){.field = field, .start = start, .length = nested->out.length - start};
	return true;
}

/* Gives the fields their texts, now that those don't move any more. */
void
JsonNestedPlace(JsonNested *nested)
{
	for (int i = 0; i < nested->nprinted; i++)
	{
		nested->printed[i].field->data = nested->out.data + nested->printed[i].start;
		nested->printed[i].field->length = (uint32_t)nested->printed[i].length;
	}
}

/* Releases the printer; NULL is fine. */
void
JsonNestedFree(JsonNested *nested)
{
	if (nested == NULL)
		return;

	free(nested->nodes);
	free(nested->keys.data);
	free(nested->decoded.data);
	free(nested->out.data);
	free(nested->printed);
	free(nested);
}

/* Makes the tree of a well-formed object or array, members sorted. */
static bool
BuildTree(JsonNested *nested, const char *text, size_t length)
{
	JsonScan scan = {.end = text + length};
	const char *p = text;
	uint32_t parent = NONE, last = NONE;

	nested->nnodes = 0;
	nested->keys.length = 0;

	/* a loop, not recursion: nesting is the data's choice, and the stack isn't */
	for (;;)
	{
		/* adding a node may move them all: its address is taken after that */
		uint32_t at = AddNode(nested, parent, &last);
		Node *node = &nested->nodes[at];
		JsonValue value = {0};

		if (at == NONE)
			return false;
		if (parent != NONE && nested->nodes[parent].kind == FIELD_OBJECT &&
			(p = TakeKey(nested, &scan, p, node)) == NULL)
			return false;
		if (*p == '{' || *p == '[')
		{
			node->kind = *p == '{' ? FIELD_OBJECT : FIELD_ARRAY;
			p = JsonScanSpace(&scan, p + 1);
			if (*p != '}' && *p != ']')
			{
				parent = at;
				last = NONE;
				continue;
			}

			p++; /* an empty one has no children to go down to */
		}
		else
		{
			p = JsonScanValue(&scan, p, 0, &value);
			node->kind = (uint8_t)value.kind;
			node->start = (uint32_t)(value.start - text);
			node->length = (uint32_t)(value.end - value.start);
		}

		/* a comma: the next member; anything else ends the parent, whose members are all there now */
		last = at;
		for (;;)
		{
			if (parent == NONE)
				return true;
			p = JsonScanSpace(&scan, p);
			if (*p++ == ',')
				break;

			/* sorted as soon as it is complete: printing then needs no second pass over the tree */
			if (nested->nodes[parent].kind == FIELD_OBJECT)
				SortMembers(nested, &nested->nodes[parent]);
			last = parent;
			parent = nested->nodes[parent].parent;
		}

		p = JsonScanSpace(&scan, p);
	}
}

/* Adds a node behind the last of its siblings; NONE when memory ran out. */
static uint32_t
AddNode(JsonNested *nested, uint32_t parent, uint32_t *last)
{
	uint32_t at = nested->nnodes;

	if (at == nested->nodes_size)
	{
		uint32_t size = nested->nodes_size * 2 + 64;
		Node *larger = realloc(nested->nodes, size * sizeof(*larger));

		if (larger == NULL)
			return NONE;
		nested->nodes = larger;
		nested->nodes_size = size;
	}

	nested->nodes[at] = (Node){.parent = parent, .next = NONE, .first_child = NONE};
	if (*last != NONE)
		nested->nodes[*last].next = at;
	else if (parent != NONE)
		nested->nodes[parent].first_child = at;
	nested->nnodes++;

	return at;
}

/* Takes a key into the arena; returns the value behind its colon, NULL when memory ran out. */
static const char *
TakeKey(JsonNested *nested, JsonScan *scan, const char *p, Node *node)
{
	unsigned flags = 0;
	const char *close = JsonScanString(scan, p + 1, &flags);
	char *out = Reserve(&nested->keys, (size_t)(close - p) + JSON_DECODE_SPARE);
	bool ascii;

	if (out == NULL)
		return NULL;

	node->key = (uint32_t)nested->keys.length;
	node->key_length = (uint32_t)(JsonDecodeString(p + 1, close, out, &ascii) - out);
	nested->keys.length += node->key_length;
	p = JsonScanSpace(scan, close + 1);

	return JsonScanSpace(scan, p + 1);
}

/* Sorts the members of an object by key; of equal keys the last remains. */
static void
SortMembers(JsonNested *nested, Node *object)
{
	uint32_t runs[32]; /* runs[i]: a sorted run of 2^i members */
	uint32_t sorted = NONE;
	int nruns = 0;

	/*
	 * A merge sort from the bottom: one run each of 1, 2, 4 ... members waits, as the bits of a
	 * counter do. It needs no memory, and keeps equal keys in the order of the text.
	 */
	for (uint32_t at = object->first_child, next; at != NONE; at = next)
	{
		uint32_t run = at;
		int i;

		next = nested->nodes[at].next;
		nested->nodes[at].next = NONE;
		for (i = 0; i < nruns && runs[i] != NONE; i++)
		{
			run = Merge(nested, runs[i], run);
			runs[i] = NONE;
		}

		if (i == nruns)
			nruns++;
		runs[i] = run;
	}

	/* the shorter runs are younger, so they are merged in behind */
	for (int i = 0; i < nruns; i++)
		if (runs[i] != NONE)
			sorted = sorted == NONE ? runs[i] : Merge(nested, runs[i], sorted);
	object->first_child = sorted;

	/* of equal keys the last one stays, as jsonb has it */
	for (uint32_t *link = &object->first_child; *link != NONE;)
	{
		Node *node = &nested->nodes[*link];

		if (node->next != NONE && CompareKeys(nested, node, &nested->nodes[node->next]) == 0)
			*link = node->next;
		else
			link = &node->next;
	}
}

/* Merges two sorted runs; of equal keys the left one's come first. */
static uint32_t
Merge(JsonNested *nested, uint32_t left, uint32_t right)
{
	uint32_t merged = NONE, *link = &merged;

	while (left != NONE && right != NONE)
	{
		uint32_t *least =
			CompareKeys(nested, &nested->nodes[left], &nested->nodes[right]) <= 0 ? &left : &right;

		*link = *least;
		link = &nested->nodes[*least].next;
		*least = *link;
	}

	*link = left != NONE ? left : right;
	return merged;
}

/* Compares two members' keys, byte by byte. */
static int
CompareKeys(const JsonNested *nested, const Node *left, const Node *right)
{
	size_t shorter = left->key_length < right->key_length ? left->key_length : right->key_length;
	int order = memcmp(nested->keys.data + left->key, nested->keys.data + right->key, shorter);

	if (order != 0)
		return order;

	return (left->key_length > right->key_length) - (left->key_length < right->key_length);
}

/* Prints the tree. */
static bool
PrintTree(JsonNested *nested, const char *text)
{
	uint32_t at = 0;

	/* down to the first child, along the siblings, up through parents without one: no recursion, for texts nest deep */
	for (;;)
	{
		const Node *node = &nested->nodes[at];
		bool object = node->kind == FIELD_OBJECT;

		/* a member's name comes before its value; elements have none */
		if (node->parent != NONE && nested->nodes[node->parent].kind == FIELD_OBJECT &&
			(!PrintString(nested, nested->keys.data + node->key, node->key_length) ||
			 !Append(&nested->out, ": ", 2)))
			return false;
		if (!object && node->kind != FIELD_ARRAY)
		{
			if (!PrintScalar(nested, node, text))
				return false;
		}
		else
		{
			if (!Append(&nested->out, object ? "{" : "[", 1))
				return false;

			/* the children come next; the bracket is closed on the way back up */
			if (node->first_child != NONE)
			{
				at = node->first_child;
				continue;
			}

			if (!Append(&nested->out, object ? "}" : "]", 1))
				return false;
		}

		/* the last of its parent's closes the parent, and maybe that one's */
		while (node->parent != NONE && node->next == NONE)
		{
			node = &nested->nodes[node->parent];
			if (!Append(&nested->out, node->kind == FIELD_OBJECT ? "}" : "]", 1))
				return false;
		}

		/* the root is done */
		if (node->parent == NONE)
			return true;
		if (!Append(&nested->out, ",", 1))
			return false;
		at = node->next;
	}
}

/* Prints a value that is neither object nor array. */
static bool
PrintScalar(JsonNested *nested, const Node *node, const char *text)
{
	char *out;
	bool ascii;

	switch (node->kind)
	{
		case FIELD_STRING:
			nested->decoded.length = 0;
			out = Reserve(&nested->decoded, node->length + JSON_DECODE_SPARE);
			if (out == NULL)
				return false;
			return PrintString(
				nested, out,
				(size_t)(JsonDecodeString(text + node->start, text + node->start + node->length,
										  out, &ascii) -
						 out));
		case FIELD_INTEGER:
		case FIELD_FRACTION:
			return PrintNumber(nested, node, text);
		default:
			return Append(&nested->out, text + node->start, node->length);
	}
}

/* Prints a number: an integer of up to 19 digits as it stands, others as 17 digits of the double. */
static bool
PrintNumber(JsonNested *nested, const Node *node, const char *text)
{
	char *out, printed[40];
	int length;

	if (node->kind == FIELD_INTEGER && node->length <= 19)
		return Append(&nested->out, text + node->start, node->length);

	nested->decoded.length = 0;
	out = Reserve(&nested->decoded, node->length + 1);
	if (out == NULL)
		return false;

	memcpy(out, text + node->start, node->length);
	out[node->length] = '\0';
	length = snprintf(printed, sizeof(printed), "%.17g", strtod(out, NULL));

	/* a double has no text for what is beyond it */
	if (strchr("in", printed[printed[0] == '-']) != NULL)
		return Append(&nested->out, text + node->start, node->length);

	return Append(&nested->out, printed, (size_t)length);
}

/* Prints a decoded string in quotes. */
static bool
PrintString(JsonNested *nested, const char *string, size_t length)
{
	static const char named[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	char *out = Reserve(&nested->out, 6 * length + 2);
	char *start = out;

	if (out == NULL)
		return false;

	*out++ = '"';
	for (size_t i = 0; i < length; i++)
	{
		const char *name = string[i] != '\0' ? strchr(named, string[i]) : NULL;

		if (name != NULL)
		{
			*out++ = '\\';
			*out++ = names[name - named];
		}
		else if ((unsigned char)string[i] < ' ')
			out += sprintf(out, "\\u%04X", (unsigned)(unsigned char)string[i]);
		else
			*out++ = string[i];
	}

	*out++ = '"';
	nested->out.length += (size_t)(out - start);

	return true;
}

/* Room behind the bytes, with a byte to spare; NULL when memory ran out. */
static char *
Reserve(Bytes *bytes, size_t more)
{
	if (bytes->size - bytes->length <= more)
	{
		size_t size = 2 * (bytes->length + more) + 64;
		char *larger = realloc(bytes->data, size);

		if (larger == NULL)
			return NULL;
		bytes->data = larger;
		bytes->size = size;
	}

	return bytes->data + bytes->length;
}

/* Appends bytes; false when memory ran out. */
static bool
Append(Bytes *bytes, const char *data, size_t length)
{
	char *out = Reserve(bytes, length);

	if (out == NULL)
		return false;

	memcpy(out, data, length);
	bytes->length += length;
	return true;
}

/* Gives back the memory of bytes that became many. */
static void
Shrink(Bytes *bytes)
{
	if (bytes->size <= KEPT_BYTES)
		return;
	free(bytes->data);
	*bytes = (Bytes){0};
}
