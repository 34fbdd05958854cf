/*
 * endpoint_worker.c
 *		The background worker that starts and watches the gateway.
 *
 *		postmaster -> worker -> sparkify_gateway -> a process a client
 *		                 \--- pipe ---/
 *
 * The worker touches no shared state of the server and connects to no
 * database.  The gateway reads from a pipe whose other end only the worker
 * holds: however the worker ends, the gateway learns of it and ends too.
 */
#include "postgres.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "postmaster/postmaster.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/wait_event.h"

#include "endpoint/endpoint_worker.h"

#define RESTART_SECONDS 5

/* settings */
static int endpoint_port;
static char *endpoint_address;
static char *endpoint_tls_certificate;
static char *endpoint_tls_key;
static char *endpoint_networks;
static int endpoint_clients;
static int endpoint_authentication_timeout;

static void DefineSettings(void);
static pid_t StartGateway(int *lifeline);
static _Noreturn void RunGateway(int lifeline);
static const char *CertificateFile(const char *own, const char *server);
static void StopGateway(pid_t pid, int lifeline);
static void Sleep(long milliseconds);

void
EndpointInstall(void)
{
	BackgroundWorker worker = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS,
		.bgw_start_time = BgWorkerStart_ConsistentState,
		.bgw_restart_time = RESTART_SECONDS,
		.bgw_library_name = "sparkify_dwh",
		.bgw_function_name = "EndpointWorkerMain",
		.bgw_name = "sparkify_dwh endpoint",
		.bgw_type = "sparkify_dwh endpoint",
	};

	/* settings of the whole server can't be defined any later */
	if (!process_shared_preload_libraries_in_progress)
		return;

	DefineSettings();
	if (endpoint_port > 0)
		RegisterBackgroundWorker(&worker);
}

/* Starts the gateway, and again whenever it has ended, until the server stops. */
void
EndpointWorkerMain(Datum argument)
{
	pid_t pid = 0;
	int lifeline = -1;

	pqsignal(SIGTERM, SignalHandlerForShutdownRequest);
	pqsignal(SIGHUP, SIG_IGN);

	/* the gateway's end is found with waitpid() */
	pqsignal(SIGCHLD, SIG_DFL);
	BackgroundWorkerUnblockSignals();

	while (!ShutdownRequestPending)
	{
		int status;

		if (pid == 0)
			pid = StartGateway(&lifeline);
		Sleep(500);
		if (pid != 0 && waitpid(pid, &status, WNOHANG) == pid)
		{
			ereport(LOG, errmsg("the gateway on port %d has ended; it is started again in %d s",
								endpoint_port, RESTART_SECONDS));
			close(lifeline);
			pid = 0;
			Sleep(RESTART_SECONDS * 1000L);
		}
	}

	if (pid != 0)
		StopGateway(pid, lifeline);
	proc_exit(0);
}

/* Defines the settings; all of them need a restart, as the gateway has them from its start. */
static void
DefineSettings(void)
{
	DefineCustomIntVariable("sparkify_dwh.endpoint_port", "Port for Redshift's clients.",
							"0 offers none. Needs shared_preload_libraries.", &endpoint_port, 0, 0,
							65535, PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("sparkify_dwh.endpoint_address",
							   "Address that Redshift's clients connect to.", NULL,
							   &endpoint_address, "127.0.0.1", PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomStringVariable(
		"sparkify_dwh.endpoint_tls_certificate", "File of the endpoint's certificate.",
		"Empty: the server's own, else one that is generated.", &endpoint_tls_certificate, "",
		PGC_POSTMASTER, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
	DefineCustomStringVariable(
		"sparkify_dwh.endpoint_tls_key", "File of the key of the endpoint's certificate.", NULL,
		&endpoint_tls_key, "", PGC_POSTMASTER, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
	DefineCustomStringVariable("sparkify_dwh.endpoint_networks",
							   "Networks that clients may come from, besides this machine.",
							   "Addresses with the length of a prefix, separated by commas.",
							   &endpoint_networks, "", PGC_POSTMASTER, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("sparkify_dwh.endpoint_clients", "Clients the endpoint serves at once.",
							NULL, &endpoint_clients, 100, 1, 100000, PGC_POSTMASTER, 0, NULL, NULL,
							NULL);
	DefineCustomIntVariable("sparkify_dwh.endpoint_authentication_timeout",
							"Time a client of the endpoint has to authenticate.", NULL,
							&endpoint_authentication_timeout, 60, 1, 600, PGC_POSTMASTER,
							GUC_UNIT_S, NULL, NULL, NULL);
}

/* Returns the gateway's process, or 0 when none could be made; *lifeline is to be kept open while it runs. */
static pid_t
StartGateway(int *lifeline)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) != 0)
		ereport(ERROR, errcode_for_file_access(), errmsg("could not make a pipe: %m"));
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (pid == 0)
	{
		close(ends[1]);
		RunGateway(ends[0]);
	}

	close(ends[0]);
	if (pid < 0)
	{
		close(ends[1]);
		ereport(LOG, errmsg("could not start the gateway: %m"));
		return 0;
	}

	*lifeline = ends[1];
	return pid;
}

/* Becomes the gateway; its standard input is the lifeline, its standard error the server's log. */
static void
RunGateway(int lifeline)
{
	char program[MAXPGPATH];
	const char *certificate = CertificateFile(endpoint_tls_certificate, "ssl_cert_file");
	const char *key = CertificateFile(endpoint_tls_key, "ssl_key_file");
	char *arguments[] = {
		program,
		"--lifeline",
		psprintf("--port=%d", endpoint_port),
		psprintf("--address=%s", endpoint_address),
		psprintf("--server-port=%d", PostPortNumber),
		psprintf("--networks=%s", endpoint_networks),
		psprintf("--clients=%d", endpoint_clients),
		psprintf("--authentication-timeout=%d", endpoint_authentication_timeout),
		psprintf("--tls-certificate=%s", certificate),
		psprintf("--tls-key=%s", key),
		psprintf("--state=%s", DataDir),
		NULL,
	};

	get_parent_directory(strcpy(program, my_exec_path));
	strlcat(program, "/sparkify_gateway", sizeof(program));
	pqsignal(SIGTERM, SIG_DFL);
	pqsignal(SIGHUP, SIG_DFL);
	pqsignal(SIGPIPE, SIG_DFL);
	pqsignal(SIGINT, SIG_DFL);
	pqsignal(SIGQUIT, SIG_DFL);

	/*
	 * the postmaster signals whole groups: the clients' processes would end before they have passed the
	 * server's last words on
	 */
	setpgid(0, 0);
	dup2(lifeline, STDIN_FILENO);
	for (int i = STDERR_FILENO + 1; i < 1024; i++)
		close(i);
	execv(program, arguments);
	fprintf(stderr, "could not run \"%s\": %s\n", program, strerror(errno));
	_exit(1);
}

/* A file of the certificate: the endpoint's own setting, else the server's if it offers TLS, else "". */
static const char *
CertificateFile(const char *own, const char *server)
{
	const char *file = own;

	if (*endpoint_tls_certificate == '\0' &&
		strcmp(GetConfigOption("ssl", false, false), "on") == 0)
		file = GetConfigOption(server, false, false);
	return *file == '\0' || is_absolute_path(file) ? file : psprintf("%s/%s", DataDir, file);
}

/* Ends the gateway, which ends its clients. */
static void
StopGateway(pid_t pid, int lifeline)
{
	int status;

	kill(pid, SIGTERM);
	close(lifeline);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

/* Waits for a signal, or for the time to be over; ends with the postmaster. */
static void
Sleep(long milliseconds)
{
	(void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds,
					PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
}
