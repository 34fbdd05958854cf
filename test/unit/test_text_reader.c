/*
 * test_text_reader.c
 *		Delimited, CSV and fixed-width text, rule by rule (AWS: copy-parameters-data-format);
 *		every text is read in pieces of several sizes.
 */
#include "source/read/text_reader.h"

#include "reader_rig.h"

static TextReaderOptions options;

/* Reads a text with the options, and resets them. */
static char *
ReadLength(const char *text, size_t length, bool raw)
{
	Failure failure;
	RecordReader *reader;
	char *result;

	FailureInit(&failure);
	reader = TextReaderOpen(&options, &failure);
	CHECK(reader != NULL);
	result = RigRunAll(reader, text, length, raw);
	RecordReaderClose(reader);
	memset(&options, 0, sizeof(options));
	return result;
}

#define READS(text, want)                                                                          \
	do                                                                                             \
	{                                                                                              \
		char *read_ = ReadLength(text, sizeof(text) - 1, false);                                   \
		CHECK_STR(read_, want);                                                                    \
		free(read_);                                                                               \
	} while (0)

#define OPTIONS(...)                                                                               \
	options = (TextReaderOptions)                                                                  \
	{                                                                                              \
		.null_as = "\\N", .null_as_length = 2, __VA_ARGS__                                         \
	}

TEST(APipeDelimitsByDefault)
{
	OPTIONS(.ncolumns = 3);
	READS("a|b c| d \n1||3", "1@0: t'a' t'b c' t' d '\n2@10: t'1' t'' t'3'\nend 2@14");
}

TEST(LinesEndInLineFeedOrBoth)
{
	OPTIONS(.ncolumns = 2);
	READS("a|b\r\nc|d\n\xC3\xA9|f\r\n",
		  "1@0: t'a' t'b'\n2@5: t'c' t'd'\n3@9: t'\xC3\xA9' t'f'\nend 3@15");
}

TEST(AnEmptyObjectHasNoRecords)
{
	OPTIONS(.ncolumns = 2);
	READS("", "end 0@0");
	OPTIONS(.ncolumns = 2, .skip_lines = 1);
	READS("\xEF\xBB\xBFx", "end 1@4");
}

TEST(HeadersAndByteOrderMarkAreSkipped)
{
	OPTIONS(.ncolumns = 2, .skip_lines = 2);
	READS("\xEF\xBB\xBFh\n\"\na|b\n", "3@7: t'a' t'b'\nend 3@11");
}

TEST(DelimitersMayBeSeveralBytes)
{
	OPTIONS(.ncolumns = 3, .delimiter = "|~|");
	READS("a|b|~|~|~|c|~\n", "1@0: t'a|b' t'~' t'c|~'\nend 1@14");
	OPTIONS(.ncolumns = 2, .delimiter = "\xC2\xA7");
	READS("a\xC2\xA7"
		  "b",
		  "1@0: t'a' t'b'\nend 1@4");
	OPTIONS(.ncolumns = 2, .delimiter = "::", .format = TEXT_CSV);
	READS("\"a::\"::b:", "1@0: t'a::' t'b:'\nend 1@9");
}

TEST(TooFewFieldsLackADelimiter)
{
	OPTIONS(.ncolumns = 3);
	READS("a|b\na|b|c\n", "1@0 bad 1214/1: Delimiter not found\n2@4: t'a' t'b' t'c'\nend 2@10");
}

TEST(TooManyFieldsAreExtraColumns)
{
	OPTIONS(.ncolumns = 2);
	READS("a|b|c\na|b||\na|b\n",
		  "1@0 bad 1202/-1: Extra column(s) found\n2@6 bad 1202/-1: Extra column(s) found\n"
		  "3@12: t'a' t'b'\nend 3@16");
	OPTIONS(.ncolumns = 2, .format = TEXT_CSV);
	READS("a,b,c\n", "1@0 bad 1202/-1: Extra column(s) found\nend 1@6");
}

TEST(ADelimiterBehindTheLastColumnIsNoColumn)
{
	OPTIONS(.ncolumns = 2);
	READS("a|b|\na||\n", "1@0: t'a' t'b'\n2@5: t'a' t''\nend 2@9");
}

TEST(FillRecordFillsWithEmptyFields)
{
	OPTIONS(.ncolumns = 3, .fill_record = true);
	READS("a\n\na|b|c|d\n",
		  "1@0: t'a' t'' t''\n2@2: t'' t'' t''\n3@3 bad 1202/-1: Extra column(s) found\nend 3@11");
}

TEST(BlankLinesAreErrorsUnlessIgnored)
{
	OPTIONS(.ncolumns = 2);
	READS("\na|b\n\r\n", "1@0 bad 1211/-1: Input data line contained no data\n2@1: t'a' t'b'\n"
						 "3@5 bad 1211/-1: Input data line contained no data\nend 3@7");
	OPTIONS(.ncolumns = 2, .ignore_blank_lines = true);
	READS("\n\r\na|b\n\n\nc|d\n\n", "3@3: t'a' t'b'\n6@9: t'c' t'd'\nend 7@14");
	OPTIONS(.ncolumns = 1);
	READS("\nx\n", "1@0: t''\n2@1: t'x'\nend 2@3");
}

TEST(NullAsIsComparedWithTheSourceText)
{
	OPTIONS(.ncolumns = 3);
	READS("\\N|N|\\NN\n", "1@0: null t'N' t'\\NN'\nend 1@9");
	OPTIONS(.ncolumns = 3, .escape = true);
	READS("\\N|N|\\NN\n", "1@0: null t'N' t'NN'\nend 1@9");
	OPTIONS(.ncolumns = 2, .remove_quotes = true);
	READS("\"\\N\"|\\N\n", "1@0: t'\\N' null\nend 1@8");
	OPTIONS(.ncolumns = 3, .format = TEXT_CSV);
	options.null_as = "NULL";
	options.null_as_length = 4;
	READS("NULL,\"NULL\",null\n", "1@0: null t'NULL' t'null'\nend 1@17");
	OPTIONS(.ncolumns = 2);
	options.null_as = "";
	options.null_as_length = 0;
	READS("|x\n", "1@0: null t'x'\nend 1@3");
}

TEST(NullAsNulStandsForASingleNul)
{
	OPTIONS(.ncolumns = 2);
	options.null_as = "\0";
	options.null_as_length = 1;
	READS("\0|x\n\0\0|y\n", "1@0: null t'x'\n"
							"2@4 bad 1218/0: NULL AS '\\0' field is longer than one byte\nend 2@9");
}

TEST(EscapeMakesTheNextCharacterOrdinary)
{
	OPTIONS(.ncolumns = 2, .escape = true);
	READS("a\\|b|c\\\\\nd\\\ne|f\\\r\\\ng\n\\n|\\t\nx|y\\",
		  "1@0: t'a|b' t'c\\'\n4@9: t'd<0a>e' t'f<0d><0a>g'\n5@21: t'n' t't'\n"
		  "6@27: t'x' t'y\\'\nend 6@31");
	/* a CR behind a backslash is the value's, and the LF behind it ends the line */
	OPTIONS(.ncolumns = 2, .escape = true);
	READS("a|b\\\r\nc|d\\\\\r\n", "1@0: t'a' t'b<0d>'\n2@6: t'c' t'd\\'\nend 2@13");
	OPTIONS(.ncolumns = 1, .escape = true);
	READS("a\\\n\nb", "2@0: t'a<0a>'\n3@4: t'b'\nend 3@5");
	OPTIONS(.ncolumns = 2);
	READS("a\\|b\n", "1@0: t'a\\' t'b'\nend 1@5");
}

TEST(WithEscapeTheDefaultNullMayBeEscapedAndANulEndsTheRecord)
{
	OPTIONS(.ncolumns = 2, .escape = true, .null_by_default = true);
	READS("\\\\N|\\N\n", "1@0: null null\nend 1@7");
	OPTIONS(.ncolumns = 2, .escape = true);
	READS("\\\\N|\\N\n", "1@0: t'\\N' null\nend 1@7");
	OPTIONS(.ncolumns = 2, .escape = true);
	READS("a|b\0c|d\ne|f", "1@0: t'a' t'b'\n2@8: t'e' t'f'\nend 2@11");
}

TEST(RemoveQuotesDropsPairsAroundAField)
{
	OPTIONS(.ncolumns = 2, .remove_quotes = true);
	READS("\"a|b\"|'c'\nd'|\"e\"f\"\n\"\"|''\n'a\"|'|x\n",
		  "1@0: t'a|b' t'c'\n2@10: t'd'' t'e\"f'\n3@19: t'' t''\n4@25: t'a\"|' t'x'\nend 4@33");
	OPTIONS(.ncolumns = 2, .remove_quotes = true);
	READS("'a|b\n\"a|b'\nc|d\n", "1@0 bad 1216/0: Closing quotation mark not found\n"
								 "2@5 bad 1216/0: Closing quotation mark not found\n"
								 "3@11: t'c' t'd'\nend 3@15");
	OPTIONS(.ncolumns = 2, .remove_quotes = true, .escape = true);
	READS("'a\\'|b'|c\n", "1@0: t'a'|b' t'c'\nend 1@10");
}

TEST(CsvQuotesHoldDelimitersQuotesAndNewlines)
{
	OPTIONS(.ncolumns = 3, .format = TEXT_CSV);
	READS("a,\"b,\"\"c\"\"\",\"d\r\ne\n\"\r\n\"\",\"\"\"\",x\n",
		  "3@0: t'a' t'b,\"c\"' t'd<0d><0a>e<0a>'\n4@21: t'' t'\"' t'x'\nend 4@31");
}

TEST(CsvIgnoresBlanksAroundQuotesOnly)
{
	OPTIONS(.ncolumns = 3, .format = TEXT_CSV);
	READS(" \"a\" , b ,\t\"c\nd\"\t\n", "2@0: t'a' t' b ' t'c<0a>d'\nend 2@18");
	OPTIONS(.ncolumns = 3, .format = TEXT_CSV, .delimiter = "\t");
	READS("\"a\"\t\t \"b\"\n", "1@0: t'a' t'' t'b'\nend 1@10");
}

TEST(CsvTakesAnyQuote)
{
	OPTIONS(.ncolumns = 2, .format = TEXT_CSV, .quote = '%');
	READS("%a,%%b%,\"c\"\n", "1@0: t'a,%b' t'\"c\"'\nend 1@12");
}

TEST(CsvKeepsAQuoteInsideOfAPlainField)
{
	OPTIONS(.ncolumns = 2, .format = TEXT_CSV);
	READS("5\" disk,b\nc,d\n", "1@0: t'5\" disk' t'b'\n2@10: t'c' t'd'\nend 2@14");
}

TEST(CsvRefusesTextBehindAQuoteAndAQuoteThatDoesNotClose)
{
	OPTIONS(.ncolumns = 2, .format = TEXT_CSV);
	READS("\"a\"b,c\nd,e\nf,\"g\nh,i\n",
		  "1@0 bad 1216/0: Invalid quote formatting for CSV\n"
		  "2@7: t'd' t'e'\n"
		  "4@11 bad 1216/1: Invalid quote formatting for CSV\nend 4@20");
}

TEST(FixedWidthsCountCharactersAndDropBlanksAtTheEnd)
{
	static const int widths[] = {3, 4, 2};

	OPTIONS(.ncolumns = 3, .format = TEXT_FIXEDWIDTH, .widths = widths);
	READS("abcdefghi\n a \xC3\xA9\xC3\xA9  x \n\\N     1  \r\nab c  d ",
		  "1@0: t'abc' t'defg' t'hi'\n2@10: t' a' t'\xC3\xA9\xC3\xA9' t'x'\n"
		  "3@22: null t'' t'1'\n4@34: t'ab' t'c  d' t''\nend 4@42");
}

TEST(FixedWidthLinesMayNotBeShorterOrLonger)
{
	static const int widths[] = {2, 2};

	OPTIONS(.ncolumns = 2, .format = TEXT_FIXEDWIDTH, .widths = widths);
	READS("ab\nabcde\nabc\n", "1@0 bad 1214/0: Delimiter not found\n"
							  "2@3 bad 1202/-1: Extra column(s) found\n3@9: t'ab' t'c'\nend 3@13");
	OPTIONS(.ncolumns = 2, .format = TEXT_FIXEDWIDTH, .widths = widths, .fill_record = true);
	READS("a\n", "1@0: t'a' t''\nend 1@2");
}

TEST(ALineOfFourMegabytesIsTheLargest)
{
	size_t length = RECORD_MAX_BYTES + 2;
	char *text = malloc(length), *read;
	Failure failure;
	RecordReader *reader;

	FailureInit(&failure);
	OPTIONS(.ncolumns = 1);
	reader = TextReaderOpen(&options, &failure);
	memset(text, 'x', length);
	text[length - 2] = '\n';
	read = RigRun(reader, text, length - 1, 100000, false);
	CHECK(strncmp(read, "1@0: t'xxx", 10) == 0);
	free(read);
	text[length - 2] = 'x';
	text[length - 1] = '\n';
	read = RigRun(reader, text, length, 100000, false);
	CHECK_STR(read, "failed: record at line 1 is larger than 4 MB");
	free(read);
	free(text);
	RecordReaderClose(reader);
}

TEST(RecordsThatCrossTheBufferAreWhole)
{
	RigText text = {0}, want = {0};
	char line[3000], *read;

	for (int i = 0; text.length < 700000; i++)
	{
		char found[3000];
		int width = i * 37 % 1500;

		snprintf(found, sizeof(found), "%d@%zu: t'%0*d<0a>' t'%d'\n", 2 * i + 2, text.length,
				 width + 1, i, i);
		snprintf(line, sizeof(line), "\"%0*d\n\",%d\r\n", width + 1, i, i);
		RigAppend(&text, line, strlen(line));
		RigAppend(&want, found, strlen(found));
	}
	OPTIONS(.ncolumns = 2, .format = TEXT_CSV);
	read = ReadLength(text.data, text.length, false);
	CHECK(strncmp(read, want.data, want.length) == 0);
	CHECK(strncmp(read + want.length, "end ", 4) == 0);
	free(read);
	free(want.data);
	free(text.data);
}

int
main(void)
{
	RUN(APipeDelimitsByDefault);
	RUN(LinesEndInLineFeedOrBoth);
	RUN(AnEmptyObjectHasNoRecords);
	RUN(HeadersAndByteOrderMarkAreSkipped);
	RUN(DelimitersMayBeSeveralBytes);
	RUN(TooFewFieldsLackADelimiter);
	RUN(TooManyFieldsAreExtraColumns);
	RUN(ADelimiterBehindTheLastColumnIsNoColumn);
	RUN(FillRecordFillsWithEmptyFields);
	RUN(BlankLinesAreErrorsUnlessIgnored);
	RUN(NullAsIsComparedWithTheSourceText);
	RUN(NullAsNulStandsForASingleNul);
	RUN(EscapeMakesTheNextCharacterOrdinary);
	RUN(WithEscapeTheDefaultNullMayBeEscapedAndANulEndsTheRecord);
	RUN(RemoveQuotesDropsPairsAroundAField);
	RUN(CsvQuotesHoldDelimitersQuotesAndNewlines);
	RUN(CsvIgnoresBlanksAroundQuotesOnly);
	RUN(CsvTakesAnyQuote);
	RUN(CsvKeepsAQuoteInsideOfAPlainField);
	RUN(CsvRefusesTextBehindAQuoteAndAQuoteThatDoesNotClose);
	RUN(FixedWidthsCountCharactersAndDropBlanksAtTheEnd);
	RUN(FixedWidthLinesMayNotBeShorterOrLonger);
	RUN(ALineOfFourMegabytesIsTheLargest);
	RUN(RecordsThatCrossTheBufferAreWhole);
	return UnitDone();
}
