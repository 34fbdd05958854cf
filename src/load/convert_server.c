/*
 * convert_server.c
 *		From packed tuples of the wire row type to the table's own values.
 */
#include "load/convert_server.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "compat.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"

/* A column that needs the server. */
typedef struct ServerColumn
{
	int column;	   /* index of the load's columns */
	int attribute; /* 0-based */
	bool is_text;  /* comes as text for the input function */
	FmgrInfo input;
	Oid ioparam;
	int32 typmod;
	Oid domain; /* InvalidOid: none */
	void *domain_cache;
} ServerColumn;

struct ServerConverter
{
	/* parameters */
	TupleDesc wire;
	ServerColumn *columns;
	int ncolumns;
	MemoryContext context;

	/* for error messages */
	ServerConversion state;
};

static void PrepareColumn(ServerColumn *column, const ColumnTarget *target, Oid type, int32 typmod);
static const char *RefusedValue(const ServerConverter *converter, const TupleTableSlot *slot);
static bool ConvertColumns(ServerConverter *converter, TupleTableSlot *slot);
static bool ConvertGuarded(ServerConverter *converter, TupleTableSlot *slot);
static bool IsOfTheValue(int sqlstate);
static bool ConvertColumn(ServerConverter *converter, ServerColumn *column, TupleTableSlot *slot);

/* Begins: looks up what each column needs. */
ServerConverter *
ServerConverterBegin(Relation relation, const ColumnPlan *plan)
{
	ServerConverter *converter = palloc0(sizeof(ServerConverter));

	converter->wire = plan->wire;
	converter->context = CurrentMemoryContext;
	converter->columns = palloc0(plan->row.ncolumns * sizeof(ServerColumn));
	converter->state.column = -1;
	for (int i = 0; i < plan->row.ncolumns; i++)
	{
		const ColumnTarget *target = &plan->row.columns[i];
		Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation), target->attribute);
		ServerColumn *column = &converter->columns[converter->ncolumns];

		PrepareColumn(column, target, attribute->atttypid, attribute->atttypmod);
		column->column = i;
		if (column->is_text || OidIsValid(column->domain))
			converter->ncolumns++;
	}

	return converter;
}

/* Fills the slot's values from a packed tuple; false when a type refuses a value. */
bool
ServerConverterConvert(ServerConverter *converter, const PackedRow *row, TupleTableSlot *slot)
{
	HeapTupleData tuple = {.t_len = row->length, .t_data = (HeapTupleHeader)row->tuple};

	heap_deform_tuple(&tuple, converter->wire, slot->tts_values, slot->tts_isnull);
	converter->state.reason = NULL;
	if (COMPAT_SOFT_ERRORS ? ConvertColumns(converter, slot) : ConvertGuarded(converter, slot))
		return true;
	if (converter->state.value == NULL)
		converter->state.value = RefusedValue(converter, slot);
	return false;
}

/* The text of a value that came as one of its type and that the type's domain refuses; "" for NULL. */
static const char *
RefusedValue(const ServerConverter *converter, const TupleTableSlot *slot)
{
	for (int i = 0; i < converter->ncolumns; i++)
	{
		const ServerColumn *column = &converter->columns[i];
		Oid output;
		bool varlena;

		if (column->column != converter->state.column || slot->tts_isnull[column->attribute])
			continue;
		getTypeOutputInfo(column->domain, &output, &varlena);
		return OidOutputFunctionCall(output, slot->tts_values[column->attribute]);
	}

	return "";
}

/* Converts what needs the server; false when a type refuses a value. */
static bool
ConvertColumns(ServerConverter *converter, TupleTableSlot *slot)
{
	for (int i = 0; i < converter->ncolumns; i++)
	{
		converter->state.column = converter->columns[i].column;
		if (!ConvertColumn(converter, &converter->columns[i], slot))
			return false;
	}

	converter->state.column = -1;
	converter->state.value = NULL;

	return true;
}

/* Returns what the converter is doing. */
const ServerConversion *
ServerConverterState(const ServerConverter *converter)
{
	return &converter->state;
}

/*
 * The same where types can only raise: in a subtransaction, so that what one value breaks
 * costs its row.  An error that isn't about the value ends the load.
 */
static bool
ConvertGuarded(ServerConverter *converter, TupleTableSlot *slot)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool converted = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(caller);
	PG_TRY();
	{
		converted = ConvertColumns(converter, slot);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		if (!IsOfTheValue(error->sqlerrcode))
			ReThrowError(error);
		converter->state.reason = error->message;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;

	return converted;
}

/* Whether an error says that a value is wrong: data exceptions and violated constraints. */
static bool
IsOfTheValue(int sqlstate)
{
	int class = ERRCODE_TO_CATEGORY(sqlstate);

	return class == ERRCODE_DATA_EXCEPTION || class == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION;
}

/* Looks up the input function and the domain of a column. */
static void
PrepareColumn(ServerColumn *column, const ColumnTarget *target, Oid type, int32 typmod)
{
	Oid base, function;

	column->attribute = target->attribute;
	column->typmod = typmod;
	base = getBaseTypeAndTypmod(type, &column->typmod);
	column->domain = base != type ? type : InvalidOid;
	column->is_text = target->kind == COLUMN_SERVER || target->kind == COLUMN_SUPER;
	if (!column->is_text)
		return;

	getTypeInputInfo(base, &function, &column->ioparam);
	fmgr_info(function, &column->input);
}

/* Converts a column of the slot in place. */
static bool
ConvertColumn(ServerConverter *converter, ServerColumn *column, TupleTableSlot *slot)
{
	Datum *value = &slot->tts_values[column->attribute];
	bool is_null = slot->tts_isnull[column->attribute];

	converter->state.value = NULL;
	if (column->is_text && !is_null)
	{
		char *string = TextDatumGetCString(*value);

		converter->state.value = string;
		if (!CompatInputFunction(&column->input, string, column->ioparam, column->typmod, value,
								 &converter->state.reason))
			return false;
	}

	return !OidIsValid(column->domain) ||
		   CompatDomainCheck(*value, is_null, column->domain, &column->domain_cache,
							 converter->context, &converter->state.reason);
}
