/*
 * fuzz_format.c
 *		libFuzzer target: rows on their way out.  Values of every kind become
 *		text in every format, and where the options promise it, COPY's own
 *		readers find the same values in that text.
 *
 * Input: a byte of format and options, a byte that chooses the delimiter and the text for NULL, then rows: for each
 * column a byte (NULL, or a length) and the bytes of its value.
 */
#include "fuzz_rows.h"
#include "source/read/json/json_reader.h"
#include "source/read/text_reader.h"
#include "source/write/row_format.h"
#include "source/write/special_bytes.h"
#include "source/write/value_text.h"

#define COLUMNS ((int)(sizeof(columns) / sizeof(columns[0])))
#define FORMATS 4
#define TEXT_MAX 255
#define BLOCK_BYTES 4096

/* What a server's values lie between: dates since 4713 BC, timestamps until the year 294276. */
#define DAY_MIN INT64_C(-2451545)
#define DAY_MAX INT64_C(2145031948)
#define MICROSECONDS_A_DAY INT64_C(86400000000)
#define MOMENT_MIN (DAY_MIN * MICROSECONDS_A_DAY)
#define MOMENT_MAX (INT64_C(106751983) * MICROSECONDS_A_DAY - 1)
#define ZONE_MAX 57599

/* Names that JSON must escape, and one that the header of CSV must quote. */
static const OutputColumn columns[] = {
	{"flag", VALUE_BOOLEAN, 8},		 {"number", VALUE_INTEGER, 20},
	{"single", VALUE_FLOAT4, 24},	 {"double", VALUE_FLOAT8, 24},
	{"exact", VALUE_NUMERIC, 64},	 {"day", VALUE_DATE, 20},
	{"time", VALUE_TIME, 20},		 {"zoned", VALUE_TIMETZ, 30},
	{"moment", VALUE_TIMESTAMP, 40}, {"instant", VALUE_TIMESTAMPTZ, 40},
	{"bytes", VALUE_BYTES, 300},	 {"a \"b\\c\", d", VALUE_TEXT, 100},
	{"fixed", VALUE_CHAR, 100},		 {"super", VALUE_SUPER, 100},
	{"other\t", VALUE_OTHER, 100},
};

/* What is left of the input. */
typedef struct Input
{
	const uint8_t *data;
	size_t left;
} Input;

/* The texts of a row as they went in, for the columns that are texts; length -1: NULL. */
typedef struct Sent
{
	char text[COLUMNS][2 * TEXT_MAX];
	int length[COLUMNS];
} Sent;

/* Takes a byte; 0 behind the end. */
static uint8_t
TakeByte(Input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->data++;
}

/* Takes eight bytes as a number between two others. */
static int64_t
TakeBetween(Input *input, int64_t low, int64_t high)
{
	uint64_t bits = 0;

	for (int i = 0; i < 8; i++)
		bits = bits << 8 | TakeByte(input);
	return (int64_t)((uint64_t)low + bits % ((uint64_t)high - (uint64_t)low + 1));
}

/* Takes so many bytes as a text of a server: UTF-8 without a zero byte.  Returns its length. */
static int
TakeText(Input *input, int length, char *out)
{
	int used = 0;

	for (int i = 0; i < length; i++)
	{
		uint8_t byte = TakeByte(input);

		if (byte >= 0x80)
			out[used++] = (char)0xC3;
		out[used++] = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3F) : byte == 0 ? 1 : byte);
	}
	return used;
}

/* Takes a number of 40 digits at most, in either form of the server's header.  Returns its length. */
static int
TakeNumeric(Input *input, char *out)
{
	uint8_t form = TakeByte(input);
	int groups = TakeByte(input) % 10, weight = TakeByte(input) % 10 - 3,
		scale = TakeByte(input) % 38, used;
	uint16_t words[12];

	if (form % 16 == 15)
	{
		words[0] = (uint16_t)(form & 16 ? 0xC000 : form & 32 ? 0xD000 : 0xF000);
		memcpy(out, words, sizeof(words[0]));
		return (int)sizeof(words[0]);
	}
	if (form & 1)
	{
		words[0] = (uint16_t)(0x8000 | (form & 2 ? 0x2000 : 0) | scale << 7 | (weight & 0x7F));
		used = 1;
	}
	else
	{
		words[0] = (uint16_t)((form & 2 ? 0x4000 : 0) | scale);
		words[1] = (uint16_t)weight;
		used = 2;
	}
	for (int i = 0; i < groups; i++)
		words[used++] = (uint16_t)TakeBetween(input, 0, 9999);
	memcpy(out, words, (size_t)used * sizeof(words[0]));
	return used * (int)sizeof(words[0]);
}

/* Adds a value of a fixed size. */
static void
AddFixed(RowBlock *block, ValueKind kind, Input *input)
{
	int64_t integer;
	float single;
	ZonedTime zoned;

	switch (kind)
	{
		case VALUE_BOOLEAN:
			integer = TakeByte(input) & 1;
			break;
		case VALUE_DATE:
			integer = TakeBetween(input, DAY_MIN, DAY_MAX);
			break;
		case VALUE_TIME:
			integer = TakeBetween(input, 0, MICROSECONDS_A_DAY);
			break;
		case VALUE_TIMESTAMP:
			integer = TakeBetween(input, MOMENT_MIN, MOMENT_MAX);
			break;
		case VALUE_FLOAT4:
			integer = TakeBetween(input, 0, UINT32_MAX);
			memcpy(&single, &integer, sizeof(single));
			RowBlockAddFixed(block, &single, sizeof(single));
			return;
		case VALUE_TIMETZ:
		case VALUE_TIMESTAMPTZ:
			zoned.microseconds = kind == VALUE_TIMETZ ? TakeBetween(input, 0, MICROSECONDS_A_DAY)
													  : TakeBetween(input, MOMENT_MIN, MOMENT_MAX);
			zoned.zone = TakeBetween(input, -ZONE_MAX, ZONE_MAX);
			RowBlockAddFixed(block, &zoned, sizeof(zoned));
			return;
		default: /* eight bytes, whatever they mean */
			integer = TakeBetween(input, INT64_MIN, INT64_MAX - 1);
	}
	RowBlockAddFixed(block, &integer, sizeof(integer));
}

/* Adds a row, and remembers its texts. */
static void
AddRow(RowBlock *block, Input *input, Sent *sent)
{
	static const char *const documents[] = {"null", "{\"a\":[1,2.50,\"x\"]}", "\"\\\"\"", "[]"};

	FUZZ_CHECK(RowBlockReserve(block, sizeof(uint32_t) + COLUMNS * (2 * TEXT_MAX + 16)));
	RowBlockBeginRow(block, COLUMNS);
	for (int i = 0; i < COLUMNS; i++)
	{
		ValueKind kind = columns[i].kind;
		uint8_t length = TakeByte(input);

		sent->length[i] = -1;
		if (length == TEXT_MAX)
		{
			RowBlockAddNull(block, i);
			continue;
		}
		if (kind < VALUE_NUMERIC || (kind >= VALUE_DATE && kind <= VALUE_TIMESTAMPTZ))
		{
			AddFixed(block, kind, input);
			continue;
		}
		if (kind == VALUE_NUMERIC)
			sent->length[i] = TakeNumeric(input, sent->text[i]);
		else if (kind == VALUE_SUPER)
			sent->length[i] = sprintf(sent->text[i], "%s", documents[length % 4]);
		else
			sent->length[i] =
				TakeText(input, length % 32 == 31 ? length : length % 32, sent->text[i]);
		RowBlockAddBytes(block, sent->text[i], (uint32_t)sent->length[i]);
		while (kind == VALUE_CHAR && sent->length[i] > 0 &&
			   sent->text[i][sent->length[i] - 1] == ' ')
			sent->length[i]--;
	}
	RowBlockEndRow(block);
}

/* A reader that takes what the plan wrote back. */
static RecordReader *
OpenReader(const OutputPlan *plan, JsonReaderOptions *json, TextReaderOptions *text,
		   const char *delimiter)
{
	const char *names[COLUMNS];
	Failure failure;

	FailureInit(&failure);
	if (plan->format == FORMAT_JSON)
	{
		static JsonMapping *mapping;

		for (int i = 0; i < COLUMNS; i++)
			names[i] = columns[i].name;
		if (mapping == NULL)
			mapping = JsonMappingAuto(names, COLUMNS, false, &failure);
		*json = (JsonReaderOptions){.mapping = mapping};
		return JsonReaderOpen(json, &failure);
	}
	*text = (TextReaderOptions){.format = plan->format == FORMAT_CSV ? TEXT_CSV : TEXT_DELIMITED,
								.ncolumns = COLUMNS,
								.delimiter = delimiter,
								.quote = '"',
								.escape = plan->escape,
								.remove_quotes = plan->add_quotes,
								.null_as = plan->null_as,
								.null_as_length = strlen(plan->null_as),
								.skip_lines = plan->header};
	return TextReaderOpen(text, &failure);
}

/* Whether a text that was read is the one that was sent. */
static void
CheckField(const OutputPlan *plan, const Field *field, const Sent *sent, int column)
{
	ValueKind kind = columns[column].kind;
	int length = sent->length[column];

	/* nothing can tell an empty text from NULL where NULL is an empty text */
	if (kind < VALUE_CHAR || kind == VALUE_SUPER ||
		(length <= 0 && plan->format != FORMAT_JSON && plan->null_as[0] == '\0'))
		return;
	FUZZ_CHECK((field->kind == FIELD_NULL) == (length < 0));
	if (length >= 0)
		FUZZ_CHECK((int)field->length == length &&
				   memcmp(field->data, sent->text[column], (size_t)length) == 0);
}

/*
 * Whether the text can be read back: JSON always; CSV unless the text for NULL has a delimiter or a quote; delimited
 * text with ESCAPE, unless a number, a date or the text for NULL may hold what has a meaning.
 */
static bool
IsReadable(const OutputPlan *plan)
{
	const char meaning[] = {plan->delimiter, '"', '\0'};

	if (plan->format == FORMAT_JSON)
		return true;
	if (strpbrk(plan->null_as, meaning) != NULL)
		return false;
	return plan->format == FORMAT_CSV || (plan->format == FORMAT_DELIMITED && plan->escape &&
										  strchr("|,;\t", plan->delimiter) != NULL);
}

/* Reads the text back. */
static void
ReadBack(const OutputPlan *plan, const OutputBuffer *out, const Sent *sent, int rows)
{
	char delimiter[2] = {plan->delimiter, '\0'};
	JsonReaderOptions json;
	TextReaderOptions text;
	RecordReader *reader = OpenReader(plan, &json, &text, delimiter);
	FuzzSource source = {{FuzzRead, FuzzClose}, (const uint8_t *)out->data, out->length, 1 << 20};
	Record record = {0};
	Failure failure;

	FailureInit(&failure);
	FUZZ_CHECK(reader != NULL);
	RecordReaderStart(reader, &source.source);
	for (int row = 0; row < rows; row++)
	{
		FUZZ_CHECK(RecordReaderNext(reader, &record, &failure) == READ_RECORD);
		FUZZ_CHECK(record.nfields == COLUMNS);
		for (int i = 0; i < COLUMNS; i++)
			CheckField(plan, &record.fields[i], &sent[row], i);
	}
	FUZZ_CHECK(RecordReaderNext(reader, &record, &failure) == READ_END);
	RecordReaderClose(reader);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = "|,;\t-: 0e\\'x";
	static const char *const nulls[] = {"", "\\N", "NULL", "@", "0", "a|b,c", "\"", "n u l l"};
	enum
	{
		ROWS = 3
	};
	static Sent sent[ROWS];
	Input input = {data, size};
	uint8_t options = TakeByte(&input), choice = TakeByte(&input);
	OutputPlan plan = {.columns = columns,
					   .ncolumns = COLUMNS,
					   .format = (ObjectFormat)(options % FORMATS),
					   .delimiter = delimiters[choice % (sizeof(delimiters) - 1)],
					   .null_as = nulls[choice >> 5]};
	OutputBuffer out = {0};
	RowBlock *block = RowBlockCreate(BLOCK_BYTES);
	RowFormatter *formatter;
	Failure failure;
	const char *at;
	int rows = 0;
	bool whole = true;

	plan.add_quotes = plan.format == FORMAT_DELIMITED && (options & 4) != 0;
	plan.escape = plan.format == FORMAT_DELIMITED && (options & 8) != 0;
	plan.header =
		plan.format != FORMAT_JSON && plan.format != FORMAT_FIXEDWIDTH && (options & 16) != 0;
	FailureInit(&failure);
	formatter = RowFormatterBegin(&plan, &failure);
	FUZZ_CHECK(formatter != NULL && block != NULL);
	do
		AddRow(block, &input, &sent[rows]);
	while (++rows < ROWS && input.left > 0);

	if (plan.header)
		FUZZ_CHECK(RowFormatterHeader(formatter, &out, &failure));
	at = block->data;
	for (int row = 0; row < rows && whole; row++)
	{
		whole = RowFormatterRow(formatter, &at, &out, &failure);
		FUZZ_CHECK(whole || plan.format == FORMAT_FIXEDWIDTH);
		FUZZ_CHECK(!whole || out.data[out.length - 1] == '\n');
	}
	FUZZ_CHECK(whole == !Failed(&failure) && (!whole || at == block->data + block->used));
	if (whole && IsReadable(&plan))
		ReadBack(&plan, &out, sent, rows);

	OutputBufferFree(&out);
	RowFormatterEnd(formatter);
	RowBlockFree(block);
	return 0;
}
