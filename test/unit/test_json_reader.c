/*
 * test_json_reader.c
 *		The JSON reader, rule by rule (AWS: copy-usage_notes-copy-from-json): records,
 *		values and paths.  What isn't JSON is test_json_broken.c's.
 */
#include "json_rig.h"

TEST(RootValuesMayStandOnLinesBackToBackOrPrettyPrinted)
{
	READS(Auto(2, false),
		  "{\"a\":1,\"b\":\"x\"}\n{\"a\":2}{\"b\":\"y\"} {\n  \"a\" : 3 ,\n  \"b\" : null\n}\n",
		  "1@0: i1 s'x'\n2@16: i2 -\n2@23: - s'y'\n5@33: i3 null\nend 5@62");
}

TEST(AnEmptyObjectFileHasNoRecords)
{
	READS(Auto(1, false), "", "end 0@0");
	READS(Auto(1, false), " \r\n\t\n", "end 2@5");
	READS(Auto(1, false), "\xEF\xBB\xBF", "end 0@3");
}

TEST(AnEmptyObjectIsARecordOfMissingFields)
{
	READS(Auto(2, false), "{}{ }", "1@0: - -\n1@2: - -\nend 1@5");
}

TEST(ByteOrderMarkAndCarriageReturnsAreSkipped)
{
	READS(Auto(1, false), "\xEF\xBB\xBF{\"a\":1}\r\n{\"a\":2}\r\n", "1@3: i1\n2@12: i2\nend 2@21");
}

TEST(LineIsTheLastLineOfTheRecord)
{
	READS(Auto(1, false), "\n\n{\n\"a\":\n1\n}{\"a\":[\n\n]}",
		  "6@2: i1\n8@12: a[<0a><0a>]\nend 8@22");
}

TEST(IgnoreHeaderSkipsLinesEvenInJson)
{
	options.skip_lines = 2;
	READS(Auto(1, false), "junk { \n{\"a\":0}\n{\"a\":1}\n", "3@16: i1\nend 3@24");
	options.skip_lines = 9;
	READS(Auto(1, false), "{\"a\":0}\n{\"a\":1}", "end 2@15");
	options.skip_lines = 1;
	READS(Auto(1, false), "\xEF\xBB\xBFx\n{\"a\":1}", "2@5: i1\nend 2@12");
}

TEST(AutoMatchesFirstLevelKeysExactly)
{
	READS(Auto(2, false), "{\"A\":1,\"b\":2,\"c\":{\"a\":3}}", "1@0: - i2\nend 1@25");
	READS(Auto(2, false), "{\"aa\":1,\"\":2,\"b \":3}", "1@0: - -\nend 1@20");
}

TEST(AutoIgnorecaseMatchesInAnyCase)
{
	READS(Auto(3, true), "{\"A\":1,\"b\":2,\"\\u0043\":3}", "1@0: i1 i2 i3\nend 1@24");
}

TEST(KeysAreDecodedBeforeTheyAreMatched)
{
	READS(Auto(2, false), "{\"\\u0061\":1,\"\\u0062\":2}", "1@0: i1 i2\nend 1@23");
}

TEST(KeysMayComeInAnyOrderAndChangeFromRecordToRecord)
{
	READS(Auto(3, false),
		  "{\"a\":1,\"b\":2,\"c\":3}{\"c\":1,\"a\":2,\"b\":3}{\"x\":0,\"b\":1}{\"a\":1,\"c\":2}",
		  "1@0: i1 i2 i3\n1@19: i2 i3 i1\n1@38: - i1 -\n1@51: i1 - i2\nend 1@64");
}

TEST(OfDuplicateKeysTheLastCounts)
{
	READS(Auto(1, false), "{\"a\":1,\"a\":\"x\"}{\"a\":1,\"a\":null}",
		  "1@0: s'x'\n1@15: null\nend 1@31");
	READS(Paths(2, "{\"jsonpaths\":[\"$.a.b\",\"$.a.c\"]}"),
		  "{\"a\":{\"b\":1,\"c\":2},\"a\":{\"c\":3}}{\"a\":{\"b\":1},\"a\":null}",
		  "1@0: - i3\n1@31: - -\nend 1@53");
	READS(Paths(1, "{\"jsonpaths\":[\"$.a[1]\"]}"), "{\"a\":[],\"a\":[1,2]}", "1@0: i2\nend 1@18");
}

TEST(ValuesKeepTheirKindAndText)
{
	READS(Auto(3, false), "{\"a\":-0,\"b\":1.50,\"c\":1E5}{\"a\":true,\"b\":false,\"c\":null}",
		  "1@0: i-0 f1.50 f1E5\n1@25: true false null\nend 1@54");
	READS(Auto(3, false), "{\"a\":\"\",\"b\":{\"x\": [1]},\"c\":[ ]}",
		  "1@0: s'' o{\"x\": [1]} a[ ]\nend 1@31");
}

TEST(EscapesAreDecoded)
{
	READS(Auto(2, false),
		  "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"b\":\"x\\u00e9\\u20AC\\ud83d\\ude00y\"}",
		  "1@0: s'\"\\/<08><0c><0a><0d><09>' s'x\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80y'\nend 1@57");
}

TEST(EscapedNulReachesTheConverterAsNul)
{
	READS(Auto(1, false), "{\"a\":\"x\\u0000y\"}", "1@0: s'x<00>y'\nend 1@16");
}

TEST(ALoneSurrogateBecomesInvalidUtf8)
{
	READS(Auto(2, false), "{\"a\":\"\\ud800x\",\"b\":\"\\udc00\\ud800\"}{\"z\":\"\\ud800\"}",
		  "1@0: s'\xED\xA0\x80x' s'\xED\xB0\x80\xED\xA0\x80'\n1@34: - -\nend 1@48");
}

TEST(Utf8PassesAsItIs)
{
	READS(Auto(1, false), "{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaa\xC3\xA9\",\"\xFF\":1}",
		  "1@0: s'aaaaaaaaaaaaaaaaaaaaaaaaa\xC3\xA9'\nend 1@41");
}

TEST(AsciiIsKnownOfPlainStringsAndOfDecodedOnes)
{
	static const char text[] = "{\"a\":\"plain\",\"b\":\"\\u0041\\n\",\"c\":\"\xC3\xA9\"}";
	RigSource source = RigSourceOf(text, sizeof(text) - 1, 100);
	JsonMapping *mapping = Auto(3, false);
	Record record;
	Failure failure;
	RecordReader *reader;

	FailureInit(&failure);
	options.mapping = mapping;
	reader = JsonReaderOpen(&options, &failure);
	RecordReaderStart(reader, &source.source);
	CHECK_INT(RecordReaderNext(reader, &record, &failure), READ_RECORD);
	CHECK(record.fields[0].ascii && record.fields[1].ascii && !record.fields[2].ascii);
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
}

TEST(AnArrayRootNeedsJsonpaths)
{
	READS(Auto(1, false), "[{\"a\":1},{\"a\":2}]\n{\"a\":3}",
		  "1@0 bad 1216/-1: Invalid JSONPath format: Member is not an object.\n"
		  "2@18: i3\nend 2@25");
	READS(Paths(3, "{\"jsonpaths\":[\"$[2]\",\"$[0]\",\"$[1].x\"]}"), "[1,{\"x\":2},3,4][5,{},[]]",
		  "1@0: i3 i1 i2\n1@15: a[] i5 -\nend 1@24");
}

TEST(PathsReachIntoObjectsAndArrays)
{
	READS(Paths(3, "{\"jsonpaths\":[\"$['a']['b'][1]\",\"$['a']['b'][0]['c d']\",\"$['x']\"]}"),
		  "{\"x\":0,\"a\":{\"y\":[[]],\"b\":[{\"z\":{},\"c d\":true},\"s\"]}}",
		  "1@0: s's' true i0\nend 1@52");
	READS(Paths(3, "{\"jsonpaths\":[\"$\",\"$.a\",\"$.a.b\"]}"), "{\"a\": {\"b\": 1}}",
		  "1@0: o{\"a\": {\"b\": 1}} o{\"b\": 1} i1\nend 1@15");
	READS(Paths(2, "{\"jsonpaths\":[\"$.a\",\"$.a\"]}"), "{\"a\":\"\\n\"}",
		  "1@0: s'<0a>' s'<0a>'\nend 1@10");
}

TEST(AMissingKeyOnAPathIsNull)
{
	READS(Paths(2, "{\"jsonpaths\":[\"$.a.b\",\"$.c[0]\"]}"), "{\"a\":{},\"d\":[]}{\"a\":null}",
		  "1@0: - -\n1@15: - -\nend 1@25");
}

TEST(AMissingElementOnAPathIsARowError)
{
	READS(Paths(2, "{\"jsonpaths\":[\"$.b\",\"$.a[1]\"]}"),
		  "{\"a\":[1,2],\"b\":0}{\"a\":[1],\"b\":0}{\"a\":[]}{\"a\":{}}{\"a\":1}{\"a\":null}{\"a\":"
		  "[3,4]}",
		  "1@0: i0 i2\n"
		  "1@17 bad 1216/1: Invalid JSONPath format: Not an array or index out of range.\n"
		  "1@32 bad 1216/1: Invalid JSONPath format: Not an array or index out of range.\n"
		  "1@40 bad 1216/1: Invalid JSONPath format: Not an array or index out of range.\n"
		  "1@48 bad 1216/1: Invalid JSONPath format: Not an array or index out of range.\n"
		  "1@55 bad 1216/1: Invalid JSONPath format: Not an array or index out of range.\n"
		  "1@65: - i4\nend 1@76");
	READS(Paths(1, "{\"jsonpaths\":[\"$[0]\"]}"), "{\"a\":1}",
		  "1@0 bad 1216/0: Invalid JSONPath format: Not an array or index out of range.\nend 1@7");
}

TEST(AKeyOfAScalarOrArrayIsARowError)
{
	READS(Paths(1, "{\"jsonpaths\":[\"$.a.b\"]}"), "{\"a\":1}{\"a\":[]}[]{\"a\":{\"b\":2}}",
		  "1@0 bad 1216/0: Invalid JSONPath format: Member is not an object.\n"
		  "1@7 bad 1216/0: Invalid JSONPath format: Member is not an object.\n"
		  "1@15 bad 1216/0: Invalid JSONPath format: Member is not an object.\n"
		  "1@17: i2\nend 1@30");
}

TEST(NoshredTakesTheWholeRecord)
{
	Failure failure;

	FailureInit(&failure);
	READS(JsonMappingNoshred(&failure), "{\"a\":1} [2]\n3",
		  "1@0: o{\"a\":1}\n1@8: a[2]\n"
		  "2@12 bad 1216/-1: Invalid JSON: an object or array is expected\nend 2@13");
}

TEST(NestedValuesAreReprintedAsRedshiftDoes)
{
	options.nested_text = NESTED_REDSHIFT;
	READS(Auto(2, false),
		  "{\"a\": {\"b\" : [1, 2.5 ,{ }], \"a\":{\"y\":null,\"x\":\"\\u0041\\/\\n\\u0001\\\"\"},"
		  "\"\":[ ]}, \"b\": [0.1,1e3,10.0,true]}",
		  "1@0: o{\"\": [],\"a\": {\"x\": \"A/\\n\\u0001\\\"\",\"y\": null},\"b\": [1,2.5,{}]} "
		  "a[0.10000000000000001,1000,10,true]\nend 1@102");
	options.nested_text = NESTED_REDSHIFT;
	READS(Auto(1, false), "{\"a\":{\"k\":1,\"c\":1,\"k\":2,\"b\":1,\"k\":3,\"c\":2}}",
		  "1@0: o{\"b\": 1,\"c\": 2,\"k\": 3}\nend 1@43");
	options.nested_text = NESTED_REDSHIFT;
	READS(Auto(1, false), "{\"a\":[12345678901234567890,1e999,[[],[[]]],\"\xC3\xA9\"]}",
		  "1@0: a[1.2345678901234567e+19,1e999,[[],[[]]],\"\xC3\xA9\"]\nend 1@49");
}

TEST(ColumnsThatWantTheSourceKeepIt)
{
	static const bool keep[] = {true, false};

	options.nested_text = NESTED_REDSHIFT;
	options.keep_source = keep;
	READS(Paths(2, "{\"jsonpaths\":[\"$.a\",\"$.a\"]}"), "{\"a\":{\"y\" : 0.1}}",
		  "1@0: o{\"y\" : 0.1} o{\"y\": 0.10000000000000001}\nend 1@17");
}

TEST(TenThousandKeysInOneObjectAreRead)
{
	RigText text = {0};
	char key[64], *read, want[64];

	for (int record = 0; record < 2; record++)
		for (int i = 0; i < 10000; i++)
		{
			snprintf(key, sizeof(key), "%s\"key number %d\":%d%s", i == 0 ? "{" : ",", i, i,
					 i == 9999 ? ",\"c\":1}" : "");
			RigAppend(&text, key, strlen(key));
		}
	read = ReadLength(Auto(3, false), text.data, text.length, false);
	snprintf(want, sizeof(want), "1@0: - - i1\n1@%zu: - - i1\nend 1@%zu", text.length / 2,
			 text.length);
	CHECK_STR(read, want);
	free(read);
	free(text.data);
}

TEST(RecordsThatCrossTheBufferAreWhole)
{
	RigText text = {0};
	char record[2000], *read, *p;
	int records = 0;

	for (int i = 0; text.length < 1200000; i++)
	{
		int width = i * 37 % 1500;

		snprintf(record, sizeof(record), "{\"b\":%d,\"a\":\"%0*d\"}\n", i, width + 1, i);
		RigAppend(&text, record, strlen(record));
		records++;
	}
	read = ReadLength(Auto(2, false), text.data, text.length, false);
	p = read;
	for (int i = 0; i < records; i++, p = strchr(p, '\n') + 1)
	{
		int line, value;
		char *end = strchr(p, '\n');

		CHECK(sscanf(p, "%d@", &line) == 1 && line == i + 1);
		while (*end != 'i')
			end--;
		CHECK(sscanf(end, "i%d", &value) == 1 && value == i);
	}
	CHECK(strncmp(p, "end ", 4) == 0);
	free(read);
	free(text.data);
}

int
main(void)
{
	RUN(RootValuesMayStandOnLinesBackToBackOrPrettyPrinted);
	RUN(AnEmptyObjectFileHasNoRecords);
	RUN(AnEmptyObjectIsARecordOfMissingFields);
	RUN(ByteOrderMarkAndCarriageReturnsAreSkipped);
	RUN(LineIsTheLastLineOfTheRecord);
	RUN(IgnoreHeaderSkipsLinesEvenInJson);
	RUN(AutoMatchesFirstLevelKeysExactly);
	RUN(AutoIgnorecaseMatchesInAnyCase);
	RUN(KeysAreDecodedBeforeTheyAreMatched);
	RUN(KeysMayComeInAnyOrderAndChangeFromRecordToRecord);
	RUN(OfDuplicateKeysTheLastCounts);
	RUN(ValuesKeepTheirKindAndText);
	RUN(EscapesAreDecoded);
	RUN(EscapedNulReachesTheConverterAsNul);
	RUN(ALoneSurrogateBecomesInvalidUtf8);
	RUN(Utf8PassesAsItIs);
	RUN(AsciiIsKnownOfPlainStringsAndOfDecodedOnes);
	RUN(AnArrayRootNeedsJsonpaths);
	RUN(PathsReachIntoObjectsAndArrays);
	RUN(AMissingKeyOnAPathIsNull);
	RUN(AMissingElementOnAPathIsARowError);
	RUN(AKeyOfAScalarOrArrayIsARowError);
	RUN(NoshredTakesTheWholeRecord);
	RUN(NestedValuesAreReprintedAsRedshiftDoes);
	RUN(ColumnsThatWantTheSourceKeepIt);
	RUN(TenThousandKeysInOneObjectAreRead);
	RUN(RecordsThatCrossTheBufferAreWhole);
	return UnitDone();
}
