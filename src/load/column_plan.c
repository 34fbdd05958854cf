/*
 * column_plan.c
 *		From the catalog to the plan of a load: columns, types, layout.
 */
#include "load/column_plan.h"

#include "access/xact.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* How a type of PostgreSQL is converted, and what Redshift calls it in stl_load_errors. */
typedef struct TypeRule
{
	Oid type;
	ColumnKind kind;
	const char *name;
} TypeRule;

static const TypeRule TypeRules[] = {
	{BOOLOID, COLUMN_BOOLEAN, "bool"},
	{INT2OID, COLUMN_INT2, "int2"},
	{INT4OID, COLUMN_INT4, "int4"},
	{INT8OID, COLUMN_INT8, "int8"},
	{FLOAT4OID, COLUMN_FLOAT4, "float4"},
	{FLOAT8OID, COLUMN_FLOAT8, "float8"},
	{NUMERICOID, COLUMN_NUMERIC, "numeric"},
	{BPCHAROID, COLUMN_CHAR, "char"},
	{VARCHAROID, COLUMN_VARCHAR, "varchar"},
	{TEXTOID, COLUMN_VARCHAR, "varchar"},
	{DATEOID, COLUMN_DATE, "date"},
	{TIMEOID, COLUMN_TIME, "time"},
	{TIMETZOID, COLUMN_TIMETZ, "timetz"},
	{TIMESTAMPOID, COLUMN_TIMESTAMP, "timestamp"},
	{TIMESTAMPTZOID, COLUMN_TIMESTAMPTZ, "timestamptz"},
	{BYTEAOID, COLUMN_VARBYTE, "varbyte"},
	{JSONBOID, COLUMN_SUPER, "super"},
};

static List *ChooseColumns(Relation relation, List *column_list, const CopyOptions *options);
static List *AllColumns(TupleDesc table, bool explicit_ids);
static List *ListedColumns(Relation relation, List *column_list, bool explicit_ids);
static void CheckListedColumn(Form_pg_attribute attribute, Relation relation, List *chosen,
							  bool explicit_ids);
static void CheckListHasIdentity(Relation relation, List *attnums);
static AttrNumber FindColumn(TupleDesc table, const char *name);
static void DescribeColumns(ColumnPlan *plan, TupleDesc table);
static void DescribeColumn(ColumnTarget *target, Form_pg_attribute attribute);
static void DescribeLength(ColumnTarget *target, Oid type, int32 typmod);
static void LayOutTuples(ColumnPlan *plan, TupleDesc table);
static void FillOptions(ConvertOptions *convert, const CopyOptions *options,
						FractionText fraction_text);
static int SessionTimezoneOffset(const RowPlan *plan);

/* Makes the plan of a load. */
ColumnPlan *
ColumnPlanMake(Relation relation, List *column_list, const CopyOptions *options,
			   FractionText fraction_text)
{
	ColumnPlan *plan = palloc0(sizeof(ColumnPlan));
	TupleDesc table = RelationGetDescr(relation);

	plan->attnums = ChooseColumns(relation, column_list, options);
	DescribeColumns(plan, table);
	LayOutTuples(plan, table);
	FillOptions(&plan->row.options, options, fraction_text);
	plan->row.options.timezone_offset = SessionTimezoneOffset(&plan->row);

	return plan;
}

/* Returns the attribute numbers of the columns that the load fills, in its order. */
static List *
ChooseColumns(Relation relation, List *column_list, const CopyOptions *options)
{
	List *attnums;

	if (column_list == NIL)
		attnums = AllColumns(RelationGetDescr(relation), options->explicit_ids);
	else
	{
		attnums = ListedColumns(relation, column_list, options->explicit_ids);
		if (options->explicit_ids)
			CheckListHasIdentity(relation, attnums);
	}

	if (attnums == NIL)
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("table \"%s\" has no column to load", RelationGetRelationName(relation)));
	return attnums;
}

/* Returns all columns in order, without generated ones, and without IDENTITY unless EXPLICIT_IDS. */
static List *
AllColumns(TupleDesc table, bool explicit_ids)
{
	List *attnums = NIL;

	for (int i = 0; i < table->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(table, i);

		if (attribute->attisdropped || attribute->attgenerated != '\0')
			continue;

		/*
		 * Redshift fills IDENTITY itself, even where the file has a value (AWS:
		 * copy-parameters-data-conversion).
		 */
		if (attribute->attidentity != '\0' && !explicit_ids)
			continue;
		attnums = lappend_int(attnums, attribute->attnum);
	}

	return attnums;
}

/* Returns the columns of the list; raises an error for what can't be in one. */
static List *
ListedColumns(Relation relation, List *column_list, bool explicit_ids)
{
	TupleDesc table = RelationGetDescr(relation);
	List *attnums = NIL;
	ListCell *cell;

	foreach (cell, column_list)
	{
		const char *name = strVal(lfirst(cell));
		AttrNumber attnum = FindColumn(table, name);

		if (attnum == InvalidAttrNumber)
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("column \"%s\" of relation \"%s\" does not exist", name,
						   RelationGetRelationName(relation)));
		CheckListedColumn(TupleDescAttr(table, attnum - 1), relation, attnums, explicit_ids);
		attnums = lappend_int(attnums, attnum);
	}

	return attnums;
}

/* Raises an error if the column is listed twice, is generated, or is an IDENTITY that COPY fills itself. */
static void
CheckListedColumn(Form_pg_attribute attribute, Relation relation, List *chosen, bool explicit_ids)
{
	const char *name = NameStr(attribute->attname);

	if (list_member_int(chosen, attribute->attnum))
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_COLUMN),
				errmsg("column \"%s\" specified more than once", name));
	if (attribute->attgenerated != '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
				errmsg("column \"%s\" is a generated column", name),
				errdetail("Generated columns cannot be used in COPY."));
	if (attribute->attidentity == ATTRIBUTE_IDENTITY_ALWAYS && !explicit_ids)
		ereport(ERROR, errcode(ERRCODE_GENERATED_ALWAYS),
				errmsg("cannot load the IDENTITY column \"%s\" of relation \"%s\"", name,
					   RelationGetRelationName(relation)),
				errhint("Leave it out of the column list, or use EXPLICIT_IDS."));
}

/* Raises an error when EXPLICIT_IDS comes with a column list that lacks an IDENTITY column that COPY would fill. */
static void
CheckListHasIdentity(Relation relation, List *attnums)
{
	TupleDesc table = RelationGetDescr(relation);

	for (int i = 0; i < table->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(table, i);

		if (!attribute->attisdropped && attribute->attidentity == ATTRIBUTE_IDENTITY_ALWAYS &&
			!list_member_int(attnums, attribute->attnum))
			ereport(ERROR, errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
					errmsg("EXPLICIT_IDS needs the IDENTITY column \"%s\" in the column list",
						   NameStr(attribute->attname)));
	}
}

/* Returns the number of the user column of that name, or InvalidAttrNumber. */
static AttrNumber
FindColumn(TupleDesc table, const char *name)
{
	for (int i = 0; i < table->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(table, i);

		if (!attribute->attisdropped && namestrcmp(&attribute->attname, name) == 0)
			return attribute->attnum;
	}

	return InvalidAttrNumber;
}

/* Fills in the columns of the plan. */
static void
DescribeColumns(ColumnPlan *plan, TupleDesc table)
{
	int count = list_length(plan->attnums);
	ColumnTarget *columns = palloc0(count * sizeof(ColumnTarget));

	plan->names = palloc(count * sizeof(char *));
	for (int i = 0; i < count; i++)
	{
		DescribeColumn(&columns[i], TupleDescAttr(table, list_nth_int(plan->attnums, i) - 1));
		plan->names[i] = columns[i].name;
	}

	plan->row.columns = columns;
	plan->row.ncolumns = count;
}

/* Fills in a column: a domain counts as its base type, checked afterwards by the server. */
static void
DescribeColumn(ColumnTarget *target, Form_pg_attribute attribute)
{
	int32 typmod = attribute->atttypmod;
	Oid type = getBaseTypeAndTypmod(attribute->atttypid, &typmod);

	target->name = pstrdup(NameStr(attribute->attname));
	target->attribute = attribute->attnum - 1;
	target->not_null = attribute->attnotnull;
	target->kind = COLUMN_SERVER;
	target->type_name = NULL;
	for (int i = 0; i < (int)lengthof(TypeRules); i++)
	{
		if (TypeRules[i].type != type)
			continue;
		target->kind = TypeRules[i].kind;
		target->type_name = TypeRules[i].name;
	}

	if (target->type_name == NULL)
		target->type_name = format_type_be(type);
	DescribeLength(target, type, typmod);
}

/* Fills in what the type modifier says. */
static void
DescribeLength(ColumnTarget *target, Oid type, int32 typmod)
{
	/* "0" is what stl_load_errors shows for a type without a length */
	target->type_length = "0";
	if (typmod < 0)
		return;
	if (type == BPCHAROID || type == VARCHAROID)
	{
		target->max_bytes = typmod - VARHDRSZ;
		target->type_length = psprintf("%d", target->max_bytes);
	}
	else if (type == NUMERICOID)
	{
		/* the scale is 11 bits, signed */
		target->precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
		target->scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
		target->type_length = psprintf("%d, %d", target->precision, target->scale);
		if (target->scale < 0 || target->scale > target->precision)
			target->kind = COLUMN_SERVER; /* PostgreSQL's own invention: it converts them best */
	}
	else if (type == TIMEOID || type == TIMETZOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID)
		/* A precision of fractions of a second rounds, and PostgreSQL knows best how. */
		target->kind = COLUMN_SERVER;
}

/* Works out what the packed tuples look like: the table's row, with text where the server converts. */
static void
LayOutTuples(ColumnPlan *plan, TupleDesc table)
{
	TupleAttribute *attributes = palloc(table->natts * sizeof(TupleAttribute));

	plan->wire = CreateTemplateTupleDesc(table->natts);
	plan->wire_is_table = true;

	/* the table's own row first, of which only what the server converts becomes text */
	for (int i = 0; i < table->natts; i++)
		TupleDescCopyEntry(plan->wire, i + 1, table, i + 1);
	for (int i = 0; i < plan->row.ncolumns; i++)
	{
		const ColumnTarget *target = &plan->row.columns[i];
		Oid type = TupleDescAttr(table, target->attribute)->atttypid;

		/* text as it came: the backend calls the type's input function */
		if (target->kind == COLUMN_SERVER || target->kind == COLUMN_SUPER)
			TupleDescInitEntry(plan->wire, target->attribute + 1, target->name, TEXTOID, -1, 0);

		/* a domain has checks, which only the backend can make */
		if (target->kind == COLUMN_SERVER || target->kind == COLUMN_SUPER ||
			get_typtype(type) == TYPTYPE_DOMAIN)
			plan->wire_is_table = false;
	}

	for (int i = 0; i < table->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(plan->wire, i);

		attributes[i] = (TupleAttribute){.length = attribute->attlen,
										 .align = attribute->attalign,
										 .plain = attribute->attstorage == TYPSTORAGE_PLAIN};
	}

	plan->row.attributes = attributes;
	plan->row.nattributes = table->natts;
}

/* Fills in the rules of conversion. */
static void
FillOptions(ConvertOptions *convert, const CopyOptions *options, FractionText fraction_text)
{
	convert->truncate_columns = options->truncate_columns;
	convert->trim_blanks = options->trim_blanks;
	convert->blanks_as_null = options->blanks_as_null;
	convert->empty_as_null = options->empty_as_null;
	convert->accept_any_date = options->accept_any_date;
	convert->round_decimals = options->round_decimals;
	convert->invalid_char = options->accept_inv_chars != NULL ? options->accept_inv_chars[0] : 0;
	convert->date_format = options->date_format;
	convert->time_format = options->time_format;
	convert->fraction_text = fraction_text;
}

/*
 * Returns what the session's time zone is east of UTC, in seconds: for
 * TIMESTAMPTZ values that name no zone.  Redshift's default is UTC.  The
 * conversion knows one offset, so a zone with summer time counts with what
 * holds now, and the user is told.
 */
static int
SessionTimezoneOffset(const RowPlan *plan)
{
	pg_time_t now = timestamptz_to_time_t(GetCurrentTransactionStartTimestamp());
	struct pg_tm *local = pg_localtime(&now, session_timezone);
	long fixed;

	for (int i = 0; i < plan->ncolumns; i++)
	{
		/* one column is enough to matter, and to be named */
		if ((plan->columns[i].kind != COLUMN_TIMESTAMPTZ &&
			 plan->columns[i].kind != COLUMN_TIMETZ) ||
			pg_get_timezone_offset(session_timezone, &fixed))
			continue;
		ereport(WARNING,
				errmsg("time zone \"%s\" has no fixed offset from UTC",
					   pg_get_timezone_name(session_timezone)),
				errdetail("Values of column \"%s\" that name no zone count with the offset "
						  "that holds now.",
						  plan->columns[i].name),
				errhint("SET timezone = 'UTC', as Redshift has it."));
		break;
	}

	return local != NULL ? (int)local->tm_gmtoff : 0;
}
