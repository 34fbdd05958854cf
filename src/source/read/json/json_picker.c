/*
 * json_picker.c
 *		Picks the values that columns want out of one JSON record.
 *
 * The paths of all columns form a tree.  Walking over a record keeps a stack
 * of the nodes it is in; what is below no node is scanned and forgotten.
 *
 *	$ -+- artist               column 0
 *	   +- user -+- id          column 1
 *	   |        +- name        column 2
 *	   +- tags --- [0]         column 3
 *
 * A key that occurs twice counts as it occurs last, so meeting a node again
 * forgets what was picked below it.  Not documented by AWS for COPY; chosen
 * because JSON_PARSE keeps the last one, too, where it is told to keep one (AWS:
 * super-configurations, json_parse_dedup_attributes).
 */
#include "source/read/json/json_picker.h"

#include <stdlib.h>

#include "source/read/json/json_nested.h"
#include "source/read/json/json_tree.h"

/* Kinds of a field between Pick and Finish, beside FieldKind's. */
enum
{
	PICKED_ESCAPED = 64, /* a string, not decoded yet */
	PICKED_NOT_ARRAY,	 /* a step of the path is an index, and there is no such element */
	PICKED_NOT_OBJECT	 /* a step of the path is a key, of something that is no object */
};

/* What fields of a record need before they are finished. */
enum
{
	UNFINISHED_STRING = 1,
	UNFINISHED_NESTED = 2,
	UNFINISHED_PATH = 4
};

/* An object or array on the way, with something wanted in it. */
typedef struct Frame
{
	JsonNode *node;
	const char *start;
	bool object;
	JsonKey *key; /* of objects: the last one */
	int element;  /* of arrays: how many have been seen */
	int wanted;	  /* of arrays: how many of node->elements */
} Frame;

struct JsonPicker
{
	/* parameters */
	const JsonReaderOptions *options;

	JsonTree tree;

	/* working state */
	Frame *frames;
	uint64_t record;
	unsigned unfinished; /* what JsonPickerFinish has to do */
	Field *fields;
	int nfields;
	char *decoded; /* strings of the record */
	size_t decoded_size;
	JsonNested *nested;
};

static bool MakeRoom(JsonPicker *picker, const JsonMapping *mapping);
static inline const char *TakeKey(JsonPicker *picker, JsonScan *scan, Frame *frame, const char *p,
								  JsonNode **node);
static JsonNode *TakeElement(JsonPicker *picker, Frame *frame);
static inline const char *TakeValue(JsonPicker *picker, JsonScan *scan, const char *p, int depth,
									JsonNode *node);
static bool EnterNode(JsonPicker *picker, JsonNode *node, const char *p);
static void LeaveFrame(JsonPicker *picker, Frame *frame, const char *end);
static inline void Capture(JsonPicker *picker, const JsonNode *node, Field field);
static void MarkBelow(JsonPicker *picker, const JsonNode *node, uint8_t kind, bool keys, int from);
static bool FinishDecoded(JsonPicker *picker, size_t length, Failure *failure);
static bool FinishNested(JsonPicker *picker, Failure *failure);

/* Makes a picker for a mapping. */
JsonPicker *
JsonPickerCreate(const JsonReaderOptions *options, Failure *failure)
{
	JsonPicker *picker = calloc(1, sizeof(*picker));

	if (picker == NULL)
	{
		(void)FailureNoMemoryFor(failure, "the JSON reader");
		return NULL;
	}

	picker->options = options;
	picker->nested = JsonNestedCreate();
	if (picker->nested == NULL || !MakeRoom(picker, options->mapping))
	{
		(void)FailureNoMemoryFor(failure, "the JSON reader");
		JsonPickerFree(picker);
		return NULL;
	}

	return picker;
}

/* Walks over one record. */
const char *
JsonPickerPick(JsonPicker *picker, JsonScan *scan, const char *p)
{
	Frame *const base = picker->frames + 1;
	Frame *frame = picker->frames; /* in front of the base: in nothing yet */
	JsonNode *node = &picker->tree.nodes[0];

	/* tells the nodes that this record has been at, for a key may be repeated */
	picker->record++;
	picker->unfinished = 0;

	/* a column that no value comes to stays missing */
	memset(picker->fields, 0, (size_t)picker->nfields * sizeof(Field));
	for (;;)
	{
		/* at the first byte of a value; node says who wants it */
		if (node != NULL && node->inner && EnterNode(picker, node, p))
		{
			if (++frame - base >= scan->max_depth)
				return JsonScanStop(scan, p, JSON_SCAN_DEPTH);
			frame->node = node;
			frame->start = p;
			frame->object = *p == '{';
			frame->key = node->keys != NULL ? JsonKeysFirst(node->keys) : NULL;
			frame->element = frame->wanted = 0;

			/* empty: its end is handled below, as that of any other */
			p = JsonScanSpace(scan, p + 1);
			if (*p != (frame->object ? '}' : ']'))
				goto next;
		}
		else
		{
			/* nobody looks inside: the scanner passes the value as a whole, however deep it is */
			p = TakeValue(picker, scan, p, (int)(frame - base) + 1, node);

			/* in front of the base: the record itself is what is wanted, and it ends here */
			if (p == NULL || frame < base)
				return p;
			p = JsonScanSpace(scan, p);
		}

		/* behind a value, or at the end of an empty object or array */
		while (*p != ',')
		{
			if (*p != (frame->object ? '}' : ']'))
				return JsonScanStop(scan, p,
									frame->object ? JSON_SCAN_OBJECT_END : JSON_SCAN_ARRAY_END);

			/* one bracket may follow another: all are closed before the next member */
			p++;
			LeaveFrame(picker, frame, p);
			if (frame-- == base)
				return p;
			p = JsonScanSpace(scan, p);
		}
		p = JsonScanSpace(scan, p + 1);
	next:
		if (!frame->object)
			node = TakeElement(picker, frame);
		else if ((p = TakeKey(picker, scan, frame, p, &node)) == NULL)
			return NULL;
	}
}

/* Finishes the fields of a record that has been picked as a whole. */
bool
JsonPickerFinish(JsonPicker *picker, size_t length, RecordError *error, Failure *failure)
{
	/*
	 * A column's path that met the wrong kind of value refuses the record, but only now that its
	 * end is known.
	 */
	for (int column = 0; (picker->unfinished & UNFINISHED_PATH) != 0 && column < picker->nfields;
		 column++)
	{
		int kind = picker->fields[column].kind;

		if (kind != PICKED_NOT_ARRAY && kind != PICKED_NOT_OBJECT)
			continue;
		/* the first is AWS's text (copy-usage_notes-copy-from-json); both are seen in practice */
		strcpy(error->reason, kind == PICKED_NOT_ARRAY
								  ? "Invalid JSONPath format: Not an array or index out of range."
								  : "Invalid JSONPath format: Member is not an object.");
		error->code = LOAD_ERROR_LINE;

		/* with 'auto' no column was named by a path, so none is blamed */
		error->column = picker->options->mapping->kind == JSON_MAPPING_AUTO ? -1 : column;
		error->position = 0;
		return false;
	}

	/* decoded and nested texts are made last: a record that is refused costs nothing for them */
	return ((picker->unfinished & UNFINISHED_STRING) == 0 ||
			FinishDecoded(picker, length, failure)) &&
		   ((picker->unfinished & UNFINISHED_NESTED) == 0 || FinishNested(picker, failure));
}

/* The fields, one for each column. */
Field *
JsonPickerFields(JsonPicker *picker, int *nfields)
{
	*nfields = picker->nfields;
	return picker->fields;
}

/* Releases the picker; NULL is fine. */
void
JsonPickerFree(JsonPicker *picker)
{
	if (picker == NULL)
		return;

	JsonTreeClear(&picker->tree);
	free(picker->frames);
	free(picker->fields);
	free(picker->decoded);
	JsonNestedFree(picker->nested);
	free(picker);
}

/* Makes what is as large as the mapping; false when memory ran out. */
static bool
MakeRoom(JsonPicker *picker, const JsonMapping *mapping)
{
	size_t columns = (size_t)mapping->npaths;

	if (!JsonTreeBuild(&picker->tree, mapping))
		return false;

	picker->nfields = mapping->npaths;
	picker->fields = calloc(columns + 1, sizeof(Field));

	/* one more in front, for the state of being in nothing */
	picker->frames = calloc((size_t)picker->tree.depth + 1, sizeof(Frame));

	return picker->fields != NULL && picker->frames != NULL;
}

/* Takes a key with its colon; returns the value behind them and the node it is for, or NULL. */
static inline const char *
TakeKey(JsonPicker *picker, JsonScan *scan, Frame *frame, const char *p, JsonNode **node)
{
	JsonKey *key = frame->key->next;

	if (*p != '"')
		return JsonScanStop(scan, p, JSON_SCAN_KEY);

	p++;
	if (key == NULL || !JsonKeyMatches(key, scan, p))
	{
		key = JsonKeysFind(frame->node->keys, scan, frame->key, p);
		if (key == NULL)
			return NULL;
	}

	frame->key = key;
	*node = key->wanted >= 0 ? &picker->tree.nodes[key->wanted] : NULL;
	p += key->length;
	if (*p != ':')
	{
		p = JsonScanSpace(scan, p);
		if (*p != ':')
			return JsonScanStop(scan, p, JSON_SCAN_COLON);
	}

	return JsonScanSpace(scan, p + 1);
}

/* The node of the next element of an array, or NULL. */
static JsonNode *
TakeElement(JsonPicker *picker, Frame *frame)
{
	JsonNode *node = NULL;

	if (frame->wanted < frame->node->nelements)
	{
		node = &picker->tree.nodes[frame->node->elements[frame->wanted]];
		if (node->step.index == frame->element)
			frame->wanted++;
		else
			node = NULL;
	}

	frame->element++;

	return node;
}

/* Takes a value as a whole. */
static inline const char *
TakeValue(JsonPicker *picker, JsonScan *scan, const char *p, int depth, JsonNode *node)
{
	JsonValue value = {.start = p + 1, .kind = FIELD_STRING};
	Field field;

	/* what most values are needs no call */
	if (*p == '"')
	{
		value.end = JsonScanString(scan, p + 1, &value.flags);
		if (value.end == NULL)
			return NULL;
		p = value.end + 1;
	}
	else if (memcmp(p, "null", 4) == 0)
	{
		value.start = p;
		value.kind = FIELD_NULL;
		p = value.end = p + 4;
	}
	else if ((p = JsonScanValue(scan, p, depth, &value)) == NULL)
		return NULL;
	if (node == NULL)
		return p;

	field.data = value.start;
	field.length = (uint32_t)(value.end - value.start);
	field.kind = (uint8_t)value.kind;
	field.ascii = (value.flags & JSON_STRING_NOT_ASCII) == 0;
	if (value.flags & JSON_STRING_ESCAPED)
	{
		field.kind = PICKED_ESCAPED;
		picker->unfinished |= UNFINISHED_STRING;
	}
	else if (value.kind == FIELD_OBJECT || value.kind == FIELD_ARRAY)
	{
		field.ascii = false;
		picker->unfinished |= UNFINISHED_NESTED;
	}

	Capture(picker, node, field);

	return p;
}

/*
 * Comes to a value at a node where paths go on; says whether to walk into it.
 * Where they can't go on, the columns are marked.
 */
static bool
EnterNode(JsonPicker *picker, JsonNode *node, const char *p)
{
	bool object = *p == '{', array = *p == '[', null = *p == 'n';

	/*
	 * The key is there for the second time in this record. What its first value gave is
	 * forgotten: the last one counts.
	 */
	if (node->record == picker->record)
	{
		MarkBelow(picker, node, FIELD_MISSING, true, 0);
		MarkBelow(picker, node, FIELD_MISSING, false, 0);
	}

	node->record = picker->record;

	/* null is taken for an object without members: the columns stay NULL */
	if (!object && !null && node->keys != NULL)
		MarkBelow(picker, node, PICKED_NOT_OBJECT, true, 0);
	if (!array && node->nelements > 0)
		MarkBelow(picker, node, PICKED_NOT_ARRAY, false, 0);
	return (object && node->keys != NULL) || (array && node->nelements > 0);
}

/* Leaves an object or array that was walked into; end is behind its bracket. */
static void
LeaveFrame(JsonPicker *picker, Frame *frame, const char *end)
{
	const JsonNode *node = frame->node;

	if (!frame->object && frame->wanted < node->nelements)
		MarkBelow(picker, node, PICKED_NOT_ARRAY, false, frame->wanted);
	if (node->column >= 0)
	{
		Field field = {.data = frame->start,
					   .length = (uint32_t)(end - frame->start),
					   .kind = frame->object ? FIELD_OBJECT : FIELD_ARRAY};

		Capture(picker, node, field);
		picker->unfinished |= UNFINISHED_NESTED;
	}
}

/* Gives a field to all columns of a node. */
static inline void
Capture(JsonPicker *picker, const JsonNode *node, Field field)
{
	for (int column = node->column; column >= 0; column = picker->tree.next_column[column])
		picker->fields[column] = field;
}

/* Gives a kind to all columns below the keys of a node, or below its indexes from one on. */
static void
MarkBelow(JsonPicker *picker, const JsonNode *node, uint8_t kind, bool keys, int from)
{
	int top = (int)(node - picker->tree.nodes);
	int least =
		!keys && from < node->nelements ? picker->tree.nodes[node->elements[from]].step.index : 0;

	/*
	 * Columns are few and this is rare, so the way up from each is walked instead of keeping
	 * lists.
	 */
	for (int column = 0; column < picker->nfields; column++)
	{
		int child = -1, at = picker->tree.column_node[column];

		/* from the column's node up to top; child is the last step before it */
		for (; at >= 0 && at != top; at = picker->tree.nodes[at].parent)
			child = at;
		if (at < 0 || child < 0 || (picker->tree.nodes[child].step.key != NULL) != keys ||
			(!keys && picker->tree.nodes[child].step.index < least))
			continue;
		picker->fields[column] = (Field){.kind = kind};
		picker->unfinished |= UNFINISHED_PATH;
	}
}

/* Decodes the strings that hold escapes; all together are no longer than the record. */
static bool
FinishDecoded(JsonPicker *picker, size_t length, Failure *failure)
{
	char *out;

	if (picker->decoded_size < length + JSON_DECODE_SPARE)
	{
		size_t size = 2 * length + 4096;

		free(picker->decoded);
		picker->decoded_size = 0;
		picker->decoded = malloc(size);
		if (picker->decoded == NULL)
			return FailureNoMemoryFor(failure, "the JSON reader");

		picker->decoded_size = size;
	}

	out = picker->decoded;
	for (int column = 0; column < picker->nfields; column++)
	{
		Field field = picker->fields[column];
		char *end;

		if (field.kind != PICKED_ESCAPED)
			continue;
		end = JsonDecodeString(field.data, field.data + field.length, out, &field.ascii);
		field.data = out;
		field.length = (uint32_t)(end - out);
		field.kind = FIELD_STRING;
		Capture(picker, &picker->tree.nodes[picker->tree.column_node[column]], field);
		out = end;
	}

	return true;
}

/* Prints objects and arrays the way Redshift does, where that is wished. */
static bool
FinishNested(JsonPicker *picker, Failure *failure)
{
	const JsonReaderOptions *options = picker->options;

	if (options->nested_text != NESTED_REDSHIFT)
		return true;

	JsonNestedReset(picker->nested);
	for (int column = 0; column < picker->nfields; column++)
	{
		Field *field = &picker->fields[column];

		if (field->kind != FIELD_OBJECT && field->kind != FIELD_ARRAY)
			continue;
		if (options->keep_source != NULL && options->keep_source[column])
			continue;
		if (!JsonNestedPrint(picker->nested, field))
			return FailureNoMemoryFor(failure, "the JSON reader");
	}

	JsonNestedPlace(picker->nested);

	return true;
}
