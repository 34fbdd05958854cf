/*
 * log_worker.c
 *		What the background workers of the record have in common.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

#include "record/log_worker.h"

BackgroundWorkerHandle *
LogWorkerAsk(const LogWorkerConfig *config)
{
	BackgroundWorkerHandle *handle;
	BackgroundWorker worker = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = config->start,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_main_arg = config->argument,
		.bgw_notify_pid = MyProcPid,
	};

	Assert(config->extra_length <= BGW_EXTRALEN);
	strlcpy(worker.bgw_name, config->name, BGW_MAXLEN);
	strlcpy(worker.bgw_type, config->name, BGW_MAXLEN);
	strlcpy(worker.bgw_library_name, "sparkify_dwh", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, config->function, BGW_MAXLEN);
	if (config->extra != NULL)
		memcpy(worker.bgw_extra, config->extra, config->extra_length);
	return RegisterDynamicBackgroundWorker(&worker, &handle) ? handle : NULL;
}

void
LogWorkerConnect(Oid database)
{
	/* What ALTER DATABASE may have set otherwise, and what a load that waits for us must not wait for. */
	static const char *const settings[][2] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"default_transaction_isolation", "read committed"},
		{"default_transaction_read_only", "off"},
		{"default_transaction_deferrable", "off"},
		{"lock_timeout", "5s"}, /* the loading session may hold a lock while it waits for us */
		{"statement_timeout", "0"},
		{"transaction_timeout", "0"}, /* since PostgreSQL 17 */
		{"synchronous_commit", "off"},
	};

	/* the default handler raises its error wherever it is, and within a critical section that ends the whole server */
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(database, InvalidOid, 0);
	for (int i = 0; i < (int)lengthof(settings); i++)
		if (GetConfigOption(settings[i][0], true, false) != NULL)
			SetConfigOption(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_OVERRIDE);
}
