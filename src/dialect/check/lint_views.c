/*
 * lint_views.c
 *		System views that only a cluster fills: they are there and empty, which a
 *		script that reads one may not expect.
 *
 * The views themselves are made in the extension's script; a test compares the
 * two lists.
 */
#include "postgres.h"

#include "dialect/check/lint.h"

/* In order, for bsearch(). */
static const char *const empty_views[] = {"pg_external_schema",
										  "pg_library",
										  "stl_aggr",
										  "stl_alert_event_log",
										  "stl_analyze_compression",
										  "stl_bcast",
										  "stl_commit_stats",
										  "stl_connection_log",
										  "stl_delete",
										  "stl_disk_full_diag",
										  "stl_dist",
										  "stl_error",
										  "stl_explain",
										  "stl_hash",
										  "stl_hashjoin",
										  "stl_insert",
										  "stl_limit",
										  "stl_merge",
										  "stl_mergejoin",
										  "stl_mv_state",
										  "stl_nestloop",
										  "stl_parse",
										  "stl_plan_info",
										  "stl_project",
										  "stl_query_metrics",
										  "stl_restarted_sessions",
										  "stl_return",
										  "stl_s3client",
										  "stl_s3client_error",
										  "stl_save",
										  "stl_scan",
										  "stl_schema_quota_violations",
										  "stl_sort",
										  "stl_sshclient_error",
										  "stl_stream_segs",
										  "stl_tr_conflict",
										  "stl_undone",
										  "stl_unique",
										  "stl_usage_control",
										  "stl_window",
										  "stl_wlm_error",
										  "stl_wlm_query",
										  "stl_wlm_rule_action",
										  "stv_cursor_configuration",
										  "stv_exec_state",
										  "stv_ml_model_info",
										  "stv_node_storage_capacity",
										  "stv_partitions",
										  "stv_query_metrics",
										  "stv_startup_recovery_state",
										  "stv_tbl_trans",
										  "stv_wlm_classification_config",
										  "stv_wlm_qmr_config",
										  "stv_wlm_query_queue_state",
										  "stv_wlm_query_state",
										  "stv_wlm_query_task_state",
										  "stv_wlm_service_class_config",
										  "stv_wlm_service_class_state",
										  "stv_xrestore_alter_queue_state",
										  "svcs_alert_event_log",
										  "svcs_compile",
										  "svcs_concurrency_scaling_usage",
										  "svcs_explain",
										  "svcs_plan_info",
										  "svcs_query_summary",
										  "svcs_s3list",
										  "svcs_s3log",
										  "svcs_s3partition_summary",
										  "svcs_s3query_summary",
										  "svcs_stream_segs",
										  "svl_auto_worker_action",
										  "svl_compile",
										  "svl_datashare_change_log",
										  "svl_datashare_cross_region_usage",
										  "svl_datashare_usage_consumer",
										  "svl_datashare_usage_producer",
										  "svl_federated_query",
										  "svl_multi_statement_violations",
										  "svl_mv_refresh_status",
										  "svl_query_metrics",
										  "svl_query_metrics_summary",
										  "svl_query_report",
										  "svl_query_summary",
										  "svl_restore_alter_table_progress",
										  "svl_s3list",
										  "svl_s3log",
										  "svl_s3partition",
										  "svl_s3partition_summary",
										  "svl_s3query",
										  "svl_s3query_summary",
										  "svl_s3retries",
										  "svl_spatial_simplify",
										  "svl_spectrum_scan_error",
										  "svl_stored_proc_messages",
										  "svl_terminate",
										  "svl_udf_log",
										  "svl_vacuum_percentage",
										  "svv_alter_table_recommendations",
										  "svv_attached_masking_policy",
										  "svv_copy_job_integrations",
										  "svv_datashare_consumers",
										  "svv_datashare_objects",
										  "svv_datashare_privileges",
										  "svv_datashares",
										  "svv_external_columns",
										  "svv_external_databases",
										  "svv_external_partitions",
										  "svv_external_schemas",
										  "svv_external_tables",
										  "svv_geography_columns",
										  "svv_geometry_columns",
										  "svv_iam_privileges",
										  "svv_identity_providers",
										  "svv_integration",
										  "svv_integration_table_mapping",
										  "svv_integration_table_state",
										  "svv_masking_policy",
										  "svv_ml_model_info",
										  "svv_ml_model_privileges",
										  "svv_query_state",
										  "svv_redshift_schema_quota",
										  "svv_rls_applied_policy",
										  "svv_rls_attached_policy",
										  "svv_rls_policy",
										  "svv_rls_relation",
										  "svv_schema_quota_state",
										  "svv_system_privileges",
										  "svv_vacuum_progress",
										  "svv_vacuum_summary",
										  "sys_analyze_compression_history",
										  "sys_applied_masking_policy_log",
										  "sys_auto_table_optimization",
										  "sys_automatic_optimization",
										  "sys_child_query_text",
										  "sys_connection_log",
										  "sys_datashare_change_log",
										  "sys_datashare_cross_region_usage",
										  "sys_datashare_usage_consumer",
										  "sys_datashare_usage_producer",
										  "sys_external_query_detail",
										  "sys_external_query_error",
										  "sys_extra_compute_for_automatic_optimization",
										  "sys_integration_activity",
										  "sys_integration_table_activity",
										  "sys_integration_table_state_change",
										  "sys_ludf_detail",
										  "sys_mv_refresh_history",
										  "sys_mv_state",
										  "sys_procedure_messages",
										  "sys_query_detail",
										  "sys_query_explain",
										  "sys_redshift_template",
										  "sys_restore_log",
										  "sys_restore_state",
										  "sys_schema_quota_violations",
										  "sys_serverless_usage",
										  "sys_spatial_simplify",
										  "sys_stream_scan_errors",
										  "sys_stream_scan_states",
										  "sys_transaction_history",
										  "sys_udf_log"};

static bool IsEmptyView(const char *name);
static int CompareNames(const void *name, const void *entry);

/* Reports each system view that a statement reads and this server can't fill. */
void
LintViews(Lint *lint)
{
	const DialectStatement *statement = lint->statement;
	const Lexeme *lexemes = lint->list->lexemes;

	for (int i = statement->first; i < statement->end; i++)
	{
		bool call = i + 1 < statement->end && LexemeIs(&lexemes[i + 1], "(");

		if (lexemes[i].kind == LEXEME_WORD && !call && IsEmptyView(lexemes[i].text))
			LintAdd(lint, i, "empty-view", false, "Its rows are there on a cluster only.",
					"%s has no rows here", lexemes[i].text);
	}
}

/* Whether a name is of such a view. */
static bool
IsEmptyView(const char *name)
{
	return bsearch(name, empty_views, lengthof(empty_views), sizeof(char *), CompareNames) != NULL;
}

/* Compares a name with an entry of the list. */
static int
CompareNames(const void *name, const void *entry)
{
	return strcmp(name, *(const char *const *)entry);
}
