/*
 * test_json_broken.c
 *		What isn't JSON, ends too soon or is too large: where it costs its record,
 *		where its line, and where the load.
 */
#include "json_rig.h"

TEST(MalformedRecordsAreRefusedWhereverTheFaultIs)
{
	static const struct
	{
		const char *text;
		const char *reason;
	} bad[] = {
		{"{\"z\":01}", "Invalid JSON: ',' or '}' is expected"},
		{"{\"z\":-}", "Invalid JSON: malformed number"},
		{"{\"z\":1.}", "Invalid JSON: malformed number"},
		{"{\"z\":.5}", "Invalid JSON: a value is expected"},
		{"{\"z\":+1}", "Invalid JSON: a value is expected"},
		{"{\"z\":1e}", "Invalid JSON: malformed number"},
		{"{\"z\":1e+}", "Invalid JSON: malformed number"},
		{"{\"z\":0x1}", "Invalid JSON: ',' or '}' is expected"},
		{"{\"z\":NaN}", "Invalid JSON: a value is expected"},
		{"{\"z\":Infinity}", "Invalid JSON: a value is expected"},
		{"{\"z\":nul}", "Invalid JSON: a value is expected"},
		{"{\"z\":True}", "Invalid JSON: a value is expected"},
		{"{\"z\":truex}", "Invalid JSON: ',' or '}' is expected"},
		{"{\"z\":'x'}", "Invalid JSON: a value is expected"},
		{"{'z':1}", "Invalid JSON: a key in double quotes is expected"},
		{"{z:1}", "Invalid JSON: a key in double quotes is expected"},
		{"{\"z\" 1}", "Invalid JSON: ':' is expected after a key"},
		{"{\"z\":}", "Invalid JSON: a value is expected"},
		{"{\"z\":1,}", "Invalid JSON: a key in double quotes is expected"},
		{"{,}", "Invalid JSON: a key in double quotes is expected"},
		{"{\"z\":1 \"y\":2}", "Invalid JSON: ',' or '}' is expected"},
		{"{\"z\":[1,]}", "Invalid JSON: a value is expected"},
		{"{\"z\":[1 2]}", "Invalid JSON: ',' or ']' is expected"},
		{"{\"z\":[}]}", "Invalid JSON: a value is expected"},
		{"{\"z\":{\"y\"}}", "Invalid JSON: ':' is expected after a key"},
		{"{\"z\":\"\\x\"}", "Invalid JSON: unknown escape in a string"},
		{"{\"z\":\"\\u12g4\"}", "Invalid JSON: \\u needs four hexadecimal digits"},
		{"{\"z\":\"a\tb\"}", "Invalid JSON: control character in a string"},
		{"{\"z\":/**/1}", "Invalid JSON: a value is expected"},
		{"{\"z\":1}}", NULL},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		char text[200], want[400], *read;

		if (bad[i].reason == NULL)
			continue;
		snprintf(text, sizeof(text), "{\"a\":1}\n%s\n{\"a\":2}", bad[i].text);
		snprintf(want, sizeof(want), "1@0: i1\n2@8 bad 1216/-1: %s\n3@%zu: i2\nend 3@%zu",
				 bad[i].reason, 9 + strlen(bad[i].text), strlen(text));
		read = ReadLength(Auto(1, false), text, strlen(text), false);
		CHECK_STR(read, want);
		free(read);
		/* the same in a value that is wanted, and in one below a path */
		for (char *z = text; (z = strstr(z, "\"z\"")) != NULL;)
			z[1] = 'a';
		read = ReadLength(Auto(1, false), text, strlen(text), false);
		CHECK_STR(read, want);
		free(read);
	}
}

TEST(ControlCharactersAndNulAreRefused)
{
	READS(Auto(1, false), "{\"a\":\"x\0y\"}\n{\"a\":1}",
		  "1@0 bad 1216/-1: Invalid JSON: control character in a string\n2@12: i1\nend 2@19");
	READS(Auto(1, false), "{\"a\":1\0}\n{\"a\":1}",
		  "1@0 bad 1216/-1: Invalid JSON: ',' or '}' is expected\n2@9: i1\nend 2@16");
	READS(Auto(1, false), "\0{\"a\":1}",
		  "1@0 bad 1216/-1: Invalid JSON: an object or array is expected\n1@1: i1\nend 1@8");
	READS(Auto(1, false), "{\"a\":\"\x7F\"}", "1@0: s'\x7F'\nend 1@9");
}

TEST(NestingIsLimitedWithoutUsingTheStack)
{
	char text[40000], *read;
	size_t length = 0;

	options.max_depth = 10;
	READS(Auto(1, false), "{\"a\":[[[[[[[[[]]]]]]]]]}\n{\"a\":[[[[[[[[[[]]]]]]]]]]}\n{\"a\":1}",
		  "1@0: a[[[[[[[[[]]]]]]]]]\n2@25 bad 1216/-1: Invalid JSON: too many levels of nesting\n"
		  "3@52: i1\nend 3@59");
	length += (size_t)sprintf(text, "{\"a\":");
	memset(text + length, '[', 30000);
	length += 30000;
	read = ReadLength(Auto(1, false), text, length, false);
	CHECK(strstr(read, "too many levels of nesting") != NULL);
	free(read);

	/* 1,023 arrays in an object are the default's 1,024 levels */
	length = (size_t)sprintf(text, "{\"z\":");
	memset(text + length, '[', 1023);
	memset(text + length + 1023, ']', 1023);
	length += 2046;
	text[length++] = '}';
	read = ReadLength(Auto(1, false), text, length, false);
	CHECK_STR(read, "1@0: -\nend 1@2052");
	free(read);
}

TEST(TextBetweenValuesIsOneErrorEach)
{
	READS_RAW(Auto(1, false), "{\"a\":1},{\"a\":2} , \n x y {\"a\":3}]\n\"a{b\" 12",
			  "1@0: i1 <{\"a\":1}>\n"
			  "1@7 bad 1216/-1: Invalid JSON: an object or array is expected <,>\n"
			  "1@8: i2 <{\"a\":2}>\n"
			  "1@16 bad 1216/-1: Invalid JSON: an object or array is expected <,>\n"
			  "2@20 bad 1216/-1: Invalid JSON: an object or array is expected <x y>\n"
			  "2@24: i3 <{\"a\":3}>\n"
			  "2@31 bad 1216/-1: Invalid JSON: an object or array is expected <]>\n"
			  "3@33 bad 1216/-1: Invalid JSON: an object or array is expected <\"a{b\" 12>\n"
			  "end 3@41");
}

TEST(RootScalarsAreErrors)
{
	READS(Auto(1, false), "1\n\"x\"\nnull\n",
		  "1@0 bad 1216/-1: Invalid JSON: an object or array is expected\n"
		  "2@2 bad 1216/-1: Invalid JSON: an object or array is expected\n"
		  "3@6 bad 1216/-1: Invalid JSON: an object or array is expected\nend 3@11");
}

TEST(AMissingQuoteCostsItsLineOnly)
{
	READS_RAW(Auto(1, false), "{\"a\":\"x}\n{\"a\":2}\n",
			  "1@0 bad 1216/-1: Invalid JSON: control character in a string <{\"a\":\"x}>\n"
			  "2@9: i2 <{\"a\":2}>\nend 2@17");
	READS_RAW(Auto(1, false), "{\n  \"a\": \"x,\n  \"b\": 2\n}\n{\"a\":2}\n",
			  "4@0 bad 1216/-1: Invalid JSON: control character in a string "
			  "<{\n  \"a\": \"x,\n  \"b\": 2\n}>\n5@24: i2 <{\"a\":2}>\nend 5@32");
}

TEST(AMissingBracketCostsItsLineOnly)
{
	READS_RAW(Auto(1, false), "{\"a\":[1,2}\n{\"a\":2}\n",
			  "1@0 bad 1216/-1: Invalid JSON: ',' or ']' is expected <{\"a\":[1,2}>\n"
			  "2@11: i2 <{\"a\":2}>\nend 2@19");
	READS_RAW(Auto(1, false), "{\"a\":1\n{\"a\":2}\n",
			  "1@0 bad 1216/-1: Invalid JSON: ',' or '}' is expected <{\"a\":1>\n"
			  "2@7: i2 <{\"a\":2}>\nend 2@15");
	READS_RAW(Auto(1, false), "{\"a\":\n{\"a\":2}\n{\"a\":3}\n",
			  "2@0 bad 1216/-1: Invalid JSON: ',' or '}' is expected <{\"a\":\n{\"a\":2}>\n"
			  "3@14: i3 <{\"a\":3}>\nend 3@22");
}

TEST(NothingInsideABrokenRecordIsLoaded)
{
	READS_RAW(Auto(1, false), "[\n{\"a\":1},,\n{\"a\":2},\n{\"a\":3}\n]\n{\"a\":4}",
			  "5@0 bad 1216/-1: Invalid JSON: a value is expected "
			  "<[\n{\"a\":1},,\n{\"a\":2},\n{\"a\":3}\n]>\n6@31: i4 <{\"a\":4}>\nend 6@38");
	READS_RAW(Auto(1, false), "{\"b\":x,\n\"c\":\n{\"a\":2}}}}, \n{\"a\":4}",
			  "3@0 bad 1216/-1: Invalid JSON: a value is expected "
			  "<{\"b\":x,\n\"c\":\n{\"a\":2}}}},>\n4@26: i4 <{\"a\":4}>\nend 4@33");
}

TEST(ATruncatedLastObjectIsABadRecord)
{
	READS_RAW(Auto(1, false), "{\"a\":1}\n{\"a\":2,\"b\":{\"c\":\"x",
			  "1@0: i1 <{\"a\":1}>\n2@8 bad 1216/-1: Invalid JSON: the object or array does not "
			  "end <{\"a\":2,\"b\":{\"c\":\"x>\nend 2@26");
	READS(Auto(1, false), "{",
		  "1@0 bad 1216/-1: Invalid JSON: the object or array does not end\n"
		  "end 1@1");
	READS(Auto(1, false), "{\"a\":\"\\",
		  "1@0 bad 1216/-1: Invalid JSON: the object or array does not end\nend 1@7");
	READS(Auto(1, false), "[[\n\n",
		  "1@0 bad 1216/-1: Invalid JSON: the object or array does not end\nend 2@4");
}

/* A record of exactly so many bytes. */
static char *
MakeRecord(size_t length)
{
	char *text = malloc(length + 1);

	memset(text, 'x', length);
	memcpy(text, "{\"b\":7,\"a\":\"", 12);
	memcpy(text + length - 2, "\"}", 3);
	return text;
}

TEST(ARecordOfFourMegabytesIsTheLargest)
{
	char *text = MakeRecord(RECORD_MAX_BYTES), *read, want[100];
	JsonMapping *mapping = Auto(2, false);
	Failure failure;
	RecordReader *reader;

	FailureInit(&failure);
	options.mapping = mapping;
	reader = JsonReaderOpen(&options, &failure);
	read = RigRun(reader, text, RECORD_MAX_BYTES, 10000, false);
	snprintf(want, sizeof(want), "i7\nend 1@%d", RECORD_MAX_BYTES);
	CHECK(strstr(read, want) != NULL);
	free(read);
	free(text);

	text = MakeRecord(RECORD_MAX_BYTES + 1);
	read = RigRun(reader, text, RECORD_MAX_BYTES + 1, 10000, false);
	CHECK_STR(read, "failed: JSON record at line 1 is larger than 4 MB");
	free(read);
	/* cut short of its end it would be larger still */
	read = RigRun(reader, text, RECORD_MAX_BYTES + 1, 100000, false);
	CHECK_STR(read, "failed: JSON record at line 1 is larger than 4 MB");
	free(read);

	/* and the reader can be used again */
	read = RigRun(reader, "{\"a\":1}", 7, 100, false);
	CHECK_STR(read, "1@0: i1 -\nend 1@7");
	free(read);
	free(text);
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
	memset(&options, 0, sizeof(options));
}

TEST(AnObjectThatIsNoJsonFailsInBoundedMemory)
{
	size_t length = 9 * 1024 * 1024;
	char *text = malloc(length), *read;
	JsonMapping *mapping = Auto(1, false);
	Failure failure;
	RecordReader *reader;

	FailureInit(&failure);
	memset(text, 'x', length);
	options.mapping = mapping;
	reader = JsonReaderOpen(&options, &failure);
	read = RigRun(reader, text, length, 65536, false);
	CHECK_STR(read, "failed: JSON record at line 1 is larger than 4 MB");
	free(read);
	text[0] = '{';
	read = RigRun(reader, text, length, 65536, false);
	CHECK_STR(read, "failed: JSON record at line 1 is larger than 4 MB");
	free(read);
	free(text);
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
	memset(&options, 0, sizeof(options));
}

TEST(AFailedStreamFailsTheReader)
{
	static const char text[] = "{\"a\":1}{\"a\":2";
	RigSource source = RigSourceOf(text, sizeof(text) - 1, 3);
	JsonMapping *mapping = Auto(1, false);
	Record record;
	Failure failure;
	RecordReader *reader;

	FailureInit(&failure);
	source.fail = true;
	options.mapping = mapping;
	reader = JsonReaderOpen(&options, &failure);
	RecordReaderStart(reader, &source.source);
	while (RecordReaderNext(reader, &record, &failure) == READ_RECORD)
		;
	CHECK_STR(failure.message, "the rig's failure");
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
}

int
main(void)
{
	RUN(MalformedRecordsAreRefusedWhereverTheFaultIs);
	RUN(ControlCharactersAndNulAreRefused);
	RUN(NestingIsLimitedWithoutUsingTheStack);
	RUN(TextBetweenValuesIsOneErrorEach);
	RUN(RootScalarsAreErrors);
	RUN(AMissingQuoteCostsItsLineOnly);
	RUN(AMissingBracketCostsItsLineOnly);
	RUN(NothingInsideABrokenRecordIsLoaded);
	RUN(ATruncatedLastObjectIsABadRecord);
	RUN(ARecordOfFourMegabytesIsTheLargest);
	RUN(AnObjectThatIsNoJsonFailsInBoundedMemory);
	RUN(AFailedStreamFailsTheReader);
	return UnitDone();
}
