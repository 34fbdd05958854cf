/*
 * sparkify_dwh.c
 *		Entry point of the module: settings and hooks, nothing else.
 */
#include "postgres.h"
#include "fmgr.h"

#include <limits.h>

#include "miscadmin.h"
#include "utils/guc.h"

#include "catalog/catalog_plan.h"
#include "catalog/design.h"
#include "catalog/design_hook.h"
#include "catalog/query_log.h"
#include "endpoint/client_query.h"
#include "endpoint/endpoint_worker.h"
#include "endpoint/statement_log.h"
#include "functions/give_way.h"
#include "late_binding/late_view_hook.h"
#include "load/copy.h"
#include "load/job/copy_job_worker.h"
#include "load/load_source.h"
#include "plan/first_rows.h"
#include "plan/insert_node.h"
#include "record/log_prune.h"
#include "script/varchar_plan.h"
#include "secrets/redact.h"
#include "source/read/json/json_reader.h"
#include "source/row/row_plan.h"
#include "stores/copy_hook.h"
#include "stores/transfer.h"
#include "unload/unload.h"
#include "warehouse/mark.h"
#include "warehouse/settings.h"

PG_MODULE_MAGIC;

static const CopyHandler copy_handlers[] = {
	{IsObjectCopy, ExecuteObjectCopy},
	{IsUnload, ExecuteUnload},
};

static const struct config_enum_entry FractionTexts[] = {
	{"redshift", FRACTION_17_DIGITS, false},
	{"source", FRACTION_SOURCE, false},
	{NULL, 0, false},
};

static const struct config_enum_entry NestedTexts[] = {
	{"redshift", NESTED_REDSHIFT, false},
	{"source", NESTED_SOURCE, false},
	{NULL, 0, false},
};

static const struct config_enum_entry LoadErrorViews[] = {
	{"stl_load_errors", LOAD_ERROR_VIEW_STL, false},
	{"sys_load_error_detail", LOAD_ERROR_VIEW_SYS, false},
	{NULL, 0, false},
};

static const struct config_enum_entry VarcharRuleNames[] = {
	{"auto", VARCHAR_AUTO, false},
	{"redshift", VARCHAR_REDSHIFT, false},
	{"postgresql", VARCHAR_POSTGRESQL, false},
	{NULL, 0, false},
};

static void DefineSettings(void);

extern PGDLLEXPORT void _PG_init(void);

/* Runs when a backend loads the module. */
void
_PG_init(void)
{
	DefineSettings();
	EndpointInstall();
	MarkGUCPrefixReserved("sparkify_dwh");
	DesignInstall();
	DesignHookInstall();
	LateViewHookInstall();
	CopyHookInstall(copy_handlers, lengthof(copy_handlers));
	GiveWayInstall();
	RedactInstall();
	InsertNodeInstall();
	FirstRowsInstall();
	if (process_shared_preload_libraries_in_progress)
		CopyJobWorkerInstall();
	MarkInstall();
	StatementLogInstall();
	ClientQueryInstall();
	CatalogPlanInstall();
	VarcharPlanInstall();
}

/* Defines the settings; each variable lives in the module that uses it. */
static void
DefineSettings(void)
{
	DefineCustomIntVariable("sparkify_dwh.workers", "Threads that work for a COPY or an UNLOAD.",
							"-1 lets the number of processors decide, 0 uses none.",
							&TransferWorkers, -1, -1, 64, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"sparkify_dwh.copy_job_interval", "How often automatic COPY JOBs look for new objects.",
		NULL, &copy_job_interval, 10, 1, 86400, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"sparkify_dwh.max_workers",
		"The most threads that a session may ask for with sparkify_dwh.workers.", NULL,
		&TransferMaxWorkers, 16, 0, 64, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("sparkify_dwh.memory_limit",
							"Memory a COPY or an UNLOAD may use for buffers.", NULL,
							&TransferMemoryLimit, 64 * 1024, 4 * 1024, MAX_KILOBYTES, PGC_USERSET,
							GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomEnumVariable(
		"sparkify_dwh.fraction_text", "How a JSON number with a fraction becomes text.",
		"\"redshift\" prints 17 digits of the double, \"source\" keeps it "
		"as it stands in the object.",
		&LoadFractionText, FRACTION_17_DIGITS, FractionTexts, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("sparkify_dwh.nested_text", "How a JSON object or array becomes text.",
							 "\"redshift\" prints it compactly, \"source\" keeps it as it "
							 "stands in the object.",
							 &LoadNestedText, NESTED_REDSHIFT, NestedTexts, PGC_USERSET, 0, NULL,
							 NULL, NULL);
	DefineCustomEnumVariable("sparkify_dwh.load_error_view",
							 "The system view that COPY's messages name.", NULL, &LoadErrorView,
							 LOAD_ERROR_VIEW_STL, LoadErrorViews, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("sparkify_dwh.load_history_days",
							"How long a load stays in the system views, in days.", "0 keeps all.",
							&load_history_days, 7, 0, 36500, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("sparkify_dwh.load_history_rows",
							"How many rows the system views keep of loads, objects and errors.",
							"The oldest loads go first; 0 is no limit.", &load_history_rows,
							1000000, 0, INT_MAX, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("sparkify_dwh.strict", "Refuses scripts that would fail on Redshift.",
							 "Off, sparkify_execute() runs them with a warning.", &SettingsStrict,
							 true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("sparkify_dwh.transform_work_mem",
							"The least work_mem while the warehouse is transformed.", NULL,
							&SettingsWorkMem, 128 * 1024, 64, MAX_KILOBYTES, PGC_USERSET,
							GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomEnumVariable("sparkify_dwh.varchar_rules",
							 "Whose rules for VARCHAR queries follow: trailing blanks, lengths.",
							 "\"auto\" is Redshift's in scripts and on port 5439, and "
							 "PostgreSQL's elsewhere.",
							 &VarcharPlanRules, VARCHAR_AUTO, VarcharRuleNames, PGC_USERSET, 0,
							 NULL, VarcharPlanAssignRules, NULL);
	DefineCustomBoolVariable("sparkify_dwh.first_rows",
							 "Plans keep the first row of each partition while they read.",
							 "For ROW_NUMBER() OVER (PARTITION BY ...) of which only 1 is wanted; "
							 "off, PostgreSQL sorts all rows.",
							 &FirstRowsEnabled, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("sparkify_dwh.query_log", "Records queries for the system views.",
							 NULL, &QueryLogEnabled, true, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("sparkify_dwh.query_log_size",
							"Size at which the record of queries of a database starts anew.",
							"The one before it is kept as well.", &QueryLogSize, 8 * 1024, 64,
							MAX_KILOBYTES, PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
}
