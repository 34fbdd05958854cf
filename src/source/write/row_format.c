/*
 * row_format.c
 *		Takes rows apart and has a format write their values.
 *
 *	block -> row -> each value -> csv | delimited | fixedwidth | json -> text
 *
 * Room for the whole row is made before its first value, from the row's own
 * size, so the formats write without looking.
 */
#include "source/write/format_internal.h"

#include <stdlib.h>
#include <string.h>

#include "source/write/value_text.h"

/* A value's quotes, delimiter and the like. */
#define VALUE_EXTRA 16

#define BYTES_A_CHARACTER 4

/* What values have in them that are no texts of characters: numbers, dates, BOOLEAN, VARBYTE, NaN, Infinity, BC. */
#define PLAIN_BYTES "0123456789+-.: abcdefINtiynB C"

static const FormatRules *const rules_of[] = {
	[FORMAT_DELIMITED] = &delimited_rules,
	[FORMAT_CSV] = &csv_rules,
	[FORMAT_FIXEDWIDTH] = &fixedwidth_rules,
	[FORMAT_JSON] = &json_rules,
};

static bool PrepareKeys(RowFormatter *formatter);
static void PrepareSpecial(RowFormatter *formatter);
static bool CopyNames(RowFormatter *formatter);
static size_t RoomOf(const RowFormatter *formatter, size_t row);
static size_t RowRoom(const RowFormatter *formatter);
static const char *TakeValue(const char *at, ValueView *value);

/* Prepares what is the same for all rows. */
RowFormatter *
RowFormatterBegin(const OutputPlan *plan, Failure *failure)
{
	RowFormatter *formatter = calloc(1, sizeof(*formatter));

	if (formatter == NULL || !FloatTextInit(&formatter->floats))
	{
		free(formatter);
		(void)FailureNoMemory(failure);
		return NULL;
	}

	formatter->plan = plan;
	formatter->rules = rules_of[plan->format];
	formatter->null_length = strlen(plan->null_as);
	PrepareSpecial(formatter);
	if (!CopyNames(formatter) || (plan->format == FORMAT_JSON && !PrepareKeys(formatter)))
	{
		(void)FailureNoMemory(failure);
		RowFormatterEnd(formatter);
		return NULL;
	}

	formatter->row_room = RowRoom(formatter);

	return formatter;
}

/* Releases the formatter; NULL is fine. */
void
RowFormatterEnd(RowFormatter *formatter)
{
	if (formatter == NULL)
		return;

	for (int i = 0; i < formatter->plan->ncolumns; i++)
	{
		if (formatter->keys != NULL)
			free(formatter->keys[i]);
		if (formatter->names != NULL)
			free(formatter->names[i]);
	}

	free(formatter->keys);
	free(formatter->names);
	free(formatter->key_lengths);
	FloatTextClear(&formatter->floats);
	free(formatter);
}

/* Appends the names as a row of texts. */
bool
RowFormatterHeader(RowFormatter *formatter, OutputBuffer *out, Failure *failure)
{
	const OutputPlan *plan = formatter->plan;
	OutputColumn text = {.kind = VALUE_TEXT};
	ValueView value;
	size_t room = 0;
	char *at;

	for (int i = 0; i < plan->ncolumns; i++)
		room += strlen(formatter->names[i]) + sizeof(uint32_t);
	if (!OutputBufferReserve(out, RoomOf(formatter, room), failure))
		return false;

	at = formatter->rules->begin(formatter, out->data + out->length);
	for (int i = 0; i < plan->ncolumns; i++)
	{
		const char *name = formatter->names[i];

		value = (ValueView){.column = &text, .number = i, .bytes = name, .length = strlen(name)};
		at = formatter->rules->value(formatter, &value, at, failure);
	}

	at = formatter->rules->end(formatter, at);
	out->length = (size_t)(at - out->data);

	return true;
}

/* Appends a row. */
bool
RowFormatterRow(RowFormatter *formatter, const char **row, OutputBuffer *out, Failure *failure)
{
	const OutputPlan *plan = formatter->plan;
	const char *nulls = *row + sizeof(uint32_t);
	const char *at = nulls + ((size_t)plan->ncolumns + 7) / 8;
	const FormatRules *rules = formatter->rules;
	ValueView value;
	uint32_t length;
	char *text;

	memcpy(&length, *row, sizeof(length));
	if (!OutputBufferReserve(out, RoomOf(formatter, length), failure))
		return false;

	text = rules->begin(formatter, out->data + out->length);
	for (int i = 0; i < plan->ncolumns && text != NULL; i++)
	{
		value = (ValueView){.column = &plan->columns[i], .number = i};
		value.null = (nulls[i >> 3] & (1 << (i & 7))) != 0;
		if (!value.null)
			at = TakeValue(at, &value);
		text = rules->value(formatter, &value, text, failure);
	}

	if (text == NULL)
		return false;

	text = rules->end(formatter, text);
	out->length = (size_t)(text - out->data);
	*row = nulls + length;
	return true;
}

/* Makes room. */
bool
OutputBufferReserve(OutputBuffer *out, size_t bytes, Failure *failure)
{
	size_t capacity = out->capacity * 2;
	char *data;

	if (out->capacity - out->length >= bytes)
		return true;
	if (capacity < out->length + bytes)
		capacity = out->length + bytes;
	data = realloc(out->data, capacity);
	if (data == NULL)
		return FailureNoMemoryFor(failure, "a row of %zu bytes", bytes);

	out->data = data;
	out->capacity = capacity;

	return true;
}

/* Releases the text. */
void
OutputBufferFree(OutputBuffer *out)
{
	free(out->data);
	*out = (OutputBuffer){0};
}

/* What a row of so many bytes in its block becomes at most. */
static size_t
RoomOf(const RowFormatter *formatter, size_t row)
{
	return formatter->row_room + row * formatter->rules->growth;
}

/* What a row takes at most besides its texts. */
static size_t
RowRoom(const RowFormatter *formatter)
{
	const OutputPlan *plan = formatter->plan;
	size_t room = (size_t)plan->ncolumns * (VALUE_TEXT_MAX + VALUE_EXTRA + formatter->null_length);

	for (int i = 0; i < plan->ncolumns; i++)
	{
		if (formatter->key_lengths != NULL)
			room += formatter->key_lengths[i];
		room += (size_t)plan->columns[i].width * BYTES_A_CHARACTER;
	}

	return room + VALUE_EXTRA;
}

/* Finds where a value's bytes are; returns what is behind them. */
static const char *
TakeValue(const char *at, ValueView *value)
{
	uint32_t length;

	switch (value->column->kind)
	{
		case VALUE_BOOLEAN:
		case VALUE_INTEGER:
		case VALUE_DATE:
		case VALUE_TIME:
		case VALUE_TIMESTAMP:
		case VALUE_FLOAT8:
			value->length = 8;
			break;
		case VALUE_FLOAT4:
			value->length = sizeof(float);
			break;
		case VALUE_TIMETZ:
		case VALUE_TIMESTAMPTZ:
			value->length = sizeof(ZonedTime);
			break;
		default:
			/* a length, and as many bytes */
			memcpy(&length, at, sizeof(length));
			at += sizeof(length);
			value->length = length;
	}

	value->bytes = at;
	at += value->length;

	/* CHAR is stored padded, and unloaded without its padding */
	if (value->column->kind == VALUE_CHAR)
		while (value->length > 0 && value->bytes[value->length - 1] == ' ')
			value->length--;
	return at;
}

/* Chooses the bytes that a text of the format must treat. */
static void
PrepareSpecial(RowFormatter *formatter)
{
	const OutputPlan *plan = formatter->plan;
	char bytes[SPECIAL_MAX] = {'\n', '\r', plan->delimiter, '\\', '"', '\''};

	if (plan->format == FORMAT_JSON)
		SpecialBytesInit(&formatter->special, "\"\\", 2, true);
	else if (plan->format == FORMAT_CSV)
	{
		bytes[3] = '"';
		SpecialBytesInit(&formatter->special, bytes, 4, false);
		formatter->plain_delimiter = strchr(PLAIN_BYTES, plan->delimiter) != NULL;
	}
	else
		SpecialBytesInit(&formatter->special, bytes, plan->add_quotes ? 6 : 4, false);
}

/* Copies the names with room behind them to be read. */
static bool
CopyNames(RowFormatter *formatter)
{
	const OutputPlan *plan = formatter->plan;

	formatter->names = calloc((size_t)plan->ncolumns + 1, sizeof(char *));
	for (int i = 0; i < plan->ncolumns && formatter->names != NULL; i++)
	{
		formatter->names[i] = calloc(1, strlen(plan->columns[i].name) + SPECIAL_PAD + 1);
		if (formatter->names[i] == NULL)
			return false;
		strcpy(formatter->names[i], plan->columns[i].name);
	}

	return formatter->names != NULL;
}

/* Prints the names as JSON's keys. */
static bool
PrepareKeys(RowFormatter *formatter)
{
	const OutputPlan *plan = formatter->plan;
	OutputColumn text = {.kind = VALUE_TEXT};

	formatter->keys = calloc((size_t)plan->ncolumns + 1, sizeof(char *));
	formatter->key_lengths = calloc((size_t)plan->ncolumns + 1, sizeof(size_t));
	if (formatter->keys == NULL || formatter->key_lengths == NULL)
		return false;

	for (int i = 0; i < plan->ncolumns; i++)
	{
		const char *name = formatter->names[i];
		ValueView value = {.column = &text, .number = -1, .bytes = name, .length = strlen(name)};
		char *key = malloc(strlen(name) * json_rules.growth + VALUE_EXTRA), *end;

		if (key == NULL)
			return false;
		key[0] = i > 0 ? ',' : '{';
		end = json_rules.value(formatter, &value, key + 1, NULL);
		*end++ = ':';
		formatter->keys[i] = key;
		formatter->key_lengths[i] = (size_t)(end - key);
	}

	return true;
}
