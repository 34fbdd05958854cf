/*
 * unload_plan.c
 *		From a query's row type and UNLOAD's options to the plan of an unload.
 */
#include "unload/unload_plan.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

/* A numeric of so many digits is printed by the threads. */
#define NUMERIC_DIGITS_MAX 40

/* How a type is packed, what it becomes, and its name in a verbose manifest. */
typedef struct TypeRule
{
	Oid type;
	PackKind pack;
	ValueKind value;
	bool partition; /* PARTITION BY takes it (AWS: r_UNLOAD, usage notes) */
} TypeRule;

static const TypeRule TypeRules[] = {
	{BOOLOID, PACK_BOOLEAN, VALUE_BOOLEAN, true},
	{INT2OID, PACK_INT2, VALUE_INTEGER, true},
	{INT4OID, PACK_INT4, VALUE_INTEGER, true},
	{INT8OID, PACK_INT8, VALUE_INTEGER, true},
	{OIDOID, PACK_OID, VALUE_INTEGER, false},
	{FLOAT4OID, PACK_FLOAT4, VALUE_FLOAT4, true},
	{FLOAT8OID, PACK_FLOAT8, VALUE_FLOAT8, false},
	{NUMERICOID, PACK_OUTPUT, VALUE_NUMBER, true},
	{BPCHAROID, PACK_VARLENA, VALUE_CHAR, true},
	{VARCHAROID, PACK_VARLENA, VALUE_TEXT, true},
	{TEXTOID, PACK_VARLENA, VALUE_TEXT, true},
	{DATEOID, PACK_DATE, VALUE_DATE, true},
	{TIMEOID, PACK_INT64, VALUE_TIME, false},
	{TIMETZOID, PACK_TIMETZ, VALUE_TIMETZ, false},
	{TIMESTAMPOID, PACK_INT64, VALUE_TIMESTAMP, true},
	{TIMESTAMPTZOID, PACK_TIMESTAMPTZ, VALUE_TIMESTAMPTZ, false},
	{BYTEAOID, PACK_VARLENA, VALUE_BYTES, false},
	{JSONBOID, PACK_JSONB, VALUE_SUPER, false},
};

static const TypeRule other_type = {InvalidOid, PACK_OUTPUT, VALUE_OTHER, false};

static const TypeRule *FindRule(Oid type);
static void FindPartition(UnloadPlan *plan, TupleDesc row, const UnloadOptions *options);
static bool IsLeftOut(const UnloadPlan *plan, int attribute, const UnloadOptions *options);
static void DescribeColumn(UnloadPlan *plan, OutputColumn *output, Form_pg_attribute attribute,
						   const UnloadOptions *options);
static bool IsShortNumeric(int32 typmod);
static void CheckColumns(const UnloadPlan *plan, const UnloadOptions *options);
static void ReadWidths(const UnloadPlan *plan, OutputColumn *columns, const char *fixedwidth);
static char *DescribeSchema(const UnloadPlan *plan, TupleDesc row);

/* Makes the plan. */
UnloadPlan *
UnloadPlanMake(TupleDesc row, const UnloadOptions *options)
{
	UnloadPlan *plan = palloc0(sizeof(UnloadPlan));
	OutputColumn *output = palloc0(Max(row->natts, 1) * sizeof(OutputColumn));

	plan->columns = palloc0(Max(row->natts, 1) * sizeof(PackColumn));

	/* first: the columns of the folders may be left out of the objects */
	FindPartition(plan, row, options);
	for (int i = 0; i < row->natts; i++)
		if (!IsLeftOut(plan, i, options))
			DescribeColumn(plan, &output[plan->ncolumns], TupleDescAttr(row, i), options);
	plan->output = (OutputPlan){
		.columns = output,
		.ncolumns = plan->ncolumns,
		.format = options->format,
		.delimiter = options->delimiter != NULL		 ? options->delimiter[0]
					 : options->format == FORMAT_CSV ? ','
													 : '|',
		.null_as = options->null_as != NULL ? options->null_as : "",
		.add_quotes = options->add_quotes,
		.escape = options->escape,
		.header = options->header,
	};
	CheckColumns(plan, options);
	if (options->format == FORMAT_FIXEDWIDTH)
		ReadWidths(plan, output, options->fixedwidth);
	if (options->manifest == UNLOAD_MANIFEST_VERBOSE)
		plan->schema = DescribeSchema(plan, row);
	return plan;
}

/* Finds how a type is unloaded. */
static const TypeRule *
FindRule(Oid type)
{
	for (int i = 0; i < (int)lengthof(TypeRules); i++)
		if (TypeRules[i].type == type)
			return &TypeRules[i];
	return &other_type;
}

/* Finds the columns of PARTITION BY. */
static void
FindPartition(UnloadPlan *plan, TupleDesc row, const UnloadOptions *options)
{
	ListCell *cell;

	plan->partition = palloc0(Max(list_length(options->partition_by), 1) * sizeof(PartitionColumn));
	foreach (cell, options->partition_by)
	{
		const char *name = lfirst(cell);
		PartitionColumn *column = &plan->partition[plan->npartition++];
		Oid output;
		bool varlena;
		int i;

		for (i = 0; i < row->natts; i++)
			if (strcmp(NameStr(TupleDescAttr(row, i)->attname), name) == 0)
				break;
		if (i == row->natts)
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("column \"%s\" of PARTITION BY is not in the query's result", name));
		column->attribute = i;
		column->name = name;
		column->type = getBaseType(TupleDescAttr(row, i)->atttypid);
		if (!FindRule(column->type)->partition)
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("column \"%s\" of type %s can't be in PARTITION BY", name,
						   format_type_be(TupleDescAttr(row, i)->atttypid)),
					errdetail("It takes SMALLINT, INTEGER, BIGINT, DECIMAL, REAL, BOOLEAN, CHAR, "
							  "VARCHAR, DATE and TIMESTAMP."));
		getTypeOutputInfo(TupleDescAttr(row, i)->atttypid, &output, &varlena);
		fmgr_info(output, &column->output);
	}
}

/* Whether a column stands in the names of the objects only. */
static bool
IsLeftOut(const UnloadPlan *plan, int attribute, const UnloadOptions *options)
{
	for (int i = 0; i < plan->npartition && !options->include; i++)
		if (plan->partition[i].attribute == attribute)
			return true;
	return false;
}

/* Adds a column of the objects. */
static void
DescribeColumn(UnloadPlan *plan, OutputColumn *output, Form_pg_attribute attribute,
			   const UnloadOptions *options)
{
	PackColumn *column = &plan->columns[plan->ncolumns++];
	int32 typmod = attribute->atttypmod;
	Oid type = getBaseTypeAndTypmod(attribute->atttypid, &typmod), function;
	const TypeRule *rule = FindRule(type);
	bool varlena;

	column->attribute = attribute->attnum - 1;
	column->kind = rule->pack;
	output->name = NameStr(attribute->attname);
	output->kind = rule->value;

	/* numbers that are printed from their stored form, without the server's function */
	if (type == NUMERICOID && IsShortNumeric(typmod))
	{
		column->kind = PACK_VARLENA;
		output->kind = VALUE_NUMERIC;
	}

	if (column->kind == PACK_OUTPUT)
	{
		getTypeOutputInfo(attribute->atttypid, &function, &varlena);
		fmgr_info(function, &column->output);
	}

	/* JSON has no bytes, and hexadecimal digits have no fixed width */
	if (type == BYTEAOID &&
		(options->format == FORMAT_JSON || options->format == FORMAT_FIXEDWIDTH))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("VARBYTE column \"%s\" can be unloaded to text and CSV only", output->name));
}

/* Whether a numeric's type allows few digits only. */
static bool
IsShortNumeric(int32 typmod)
{
	int precision = ((typmod - VARHDRSZ) >> 16) & 0xFFFF;
	int scale = (((typmod - VARHDRSZ) & 0x7FF) ^ 1024) - 1024;

	return typmod >= (int32)VARHDRSZ && precision <= NUMERIC_DIGITS_MAX && scale >= 0 &&
		   scale <= precision;
}

/* Raises an error where there is no column, or JSON would have a key twice. */
static void
CheckColumns(const UnloadPlan *plan, const UnloadOptions *options)
{
	const OutputColumn *columns = plan->output.columns;

	if (plan->ncolumns == 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_COLUMN_DEFINITION),
				plan->npartition > 0
					? errmsg("UNLOAD needs at least one column that is not in PARTITION BY")
					: errmsg("UNLOAD needs at least one column"));

	/* quadratic, over at most some hundreds of columns */
	for (int i = 0; i < plan->ncolumns && options->format == FORMAT_JSON; i++)
		for (int j = 0; j < i; j++)
			if (strcmp(columns[i].name, columns[j].name) == 0)
				ereport(ERROR, errcode(ERRCODE_DUPLICATE_COLUMN),
						errmsg("column name \"%s\" is there more than once", columns[i].name),
						errdetail("The keys of a JSON object must be unique."),
						errhint("Give the columns of the query different names."));
}

/* Reads 'label:width,...', a width for each column. */
static void
ReadWidths(const UnloadPlan *plan, OutputColumn *columns, const char *fixedwidth)
{
	char *rest = pstrdup(fixedwidth), *part;
	int count = 0;

	while ((part = strsep(&rest, ",")) != NULL)
	{
		char *number = strrchr(part, ':'), *end = NULL;
		long width = number != NULL ? strtol(number + 1, &end, 10) : 0;

		/* blanks around a number say nothing */
		while (end != NULL && *end == ' ')
			end++;
		if (end == NULL || *end != '\0' || width < 1 || width > 65535)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("invalid FIXEDWIDTH: \"%s\"", fixedwidth),
					errhint("Write it as 'label:width,label:width'."));

		/* counted on beyond the columns, so that the message can say how many there are */
		if (count < plan->ncolumns)
			columns[count].width = (int)width;
		count++;
	}

	if (count != plan->ncolumns)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("FIXEDWIDTH has %d columns, the query %d", count, plan->ncolumns));
}

/* Prints names, types and dimensions of the columns as a verbose manifest has them. */
static char *
DescribeSchema(const UnloadPlan *plan, TupleDesc row)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\n    \"elements\": [");
	for (int i = 0; i < plan->ncolumns; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(row, plan->columns[i].attribute);
		int32 typmod = attribute->atttypmod;
		Oid type = getBaseTypeAndTypmod(attribute->atttypid, &typmod);

		appendStringInfoString(&json, i > 0 ? ",\n      {\"name\": " : "\n      {\"name\": ");
		escape_json(&json, NameStr(attribute->attname));
		appendStringInfoString(&json, ", \"type\": { \"base\": ");

		/* Redshift's name for what is jsonb here */
		escape_json(&json, type == JSONBOID ? "super" : format_type_be(type));
		if ((type == VARCHAROID || type == BPCHAROID) && typmod >= (int32)VARHDRSZ)
			appendStringInfo(&json, ", \"max_length\": %d", typmod - (int32)VARHDRSZ);

		/* numeric's modifier: precision and a scale of 11 bits, signed */
		if (type == NUMERICOID && typmod >= (int32)VARHDRSZ)
			appendStringInfo(&json, ", \"precision\": %d, \"scale\": %d",
							 ((typmod - VARHDRSZ) >> 16) & 0xFFFF,
							 (((typmod - VARHDRSZ) & 0x7FF) ^ 1024) - 1024);
		appendStringInfoString(&json, " }}");
	}

	appendStringInfoString(&json, "\n    ]\n  }");

	return json.data;
}
