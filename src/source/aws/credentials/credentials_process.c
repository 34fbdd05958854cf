/*
 * credentials_process.c
 *		Credentials that a program prints (AWS:
 *		sdkref/latest/guide/feature-process-credentials).
 *
 * The program runs with this process's rights, so the chain must have been
 * told that it may.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "source/aws/credentials/credentials_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)65536)
#define DEADLINE_MS 60000
#define POLL_MS 100
#define REAP_MS 5

static bool Spawn(const char *command, pid_t *child, int *output);
static ssize_t ReadOutput(const CredentialLookup *lookup, int output, char *text, Failure *failure);
static bool Stopped(const CredentialLookup *lookup);
static int Reap(const CredentialLookup *lookup, pid_t child, bool stop);

/* Runs the program and reads what it prints; what it writes to stderr goes where ours does not. */
CredentialStatus
CredentialsFromProcess(const CredentialLookup *lookup, const char *command,
					   Credentials *credentials, Failure *failure)
{
	CredentialStatus status = CREDENTIALS_FAILED;
	char *text;
	pid_t child;
	int output, result;
	ssize_t length;

	if (!lookup->config->allow_process)
	{
		FailureSet(failure, FAILURE_DENIED, "credential_process may run for superusers only");
		return CREDENTIALS_FAILED;
	}

	text = malloc(OUTPUT_MAX + 1);
	if (text == NULL || !Spawn(command, &child, &output))
	{
		FailureSet(failure, FAILURE_IO, "could not run credential_process: %s", strerror(errno));
		free(text);
		return CREDENTIALS_FAILED;
	}

	length = ReadOutput(lookup, output, text, failure);
	close(output);
	result = Reap(lookup, child, length < 0);
	if (length >= 0 &&
		(result != 0 || !CredentialsFromJson(text, (size_t)length, "SessionToken", credentials)))
	{
		FailureSet(failure, FAILURE_CONFIG, "credential_process gave no credentials");
		FailureDetail(failure, result != 0 ? "It failed."
										   : "What it printed is not the JSON that "
											 "AWS asks of such a program.");
	}
	else if (length >= 0)
		status = CREDENTIALS_FOUND;
	memset(text, 0, OUTPUT_MAX);
	free(text);

	return status;
}

/* Starts the command in a process group of its own, with no signal blocked or ignored. */
static bool
Spawn(const char *command, pid_t *child, int *output)
{
	char *const arguments[] = {"sh", "-c", (char *)command, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
#if __GLIBC_PREREQ(2, 34)
	posix_spawn_file_actions_addclosefrom_np(&actions,
											 3); /* libcurl's own are not all close-on-exec */
#endif
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
											  POSIX_SPAWN_SETPGROUP);
	error = posix_spawn(child, "/bin/sh", &actions, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*output = ends[0];
	if (error == 0)
		return true;

	close(ends[0]);
	errno = error;

	return false;
}

/* Reads to the end of the output; -1 with the failure filled in. */
static ssize_t
ReadOutput(const CredentialLookup *lookup, int output, char *text, Failure *failure)
{
	int64_t deadline = HttpNow() + DEADLINE_MS;
	size_t length = 0;

	while (!Stopped(lookup))
	{
		struct pollfd wait = {.fd = output, .events = POLLIN};
		ssize_t n;

		if (HttpNow() > deadline)
		{
			FailureSet(failure, FAILURE_CONFIG, "credential_process did not end in time");
			return -1;
		}

		if (poll(&wait, 1, POLL_MS) <= 0)
			continue;
		n = read(output, text + length, OUTPUT_MAX - length);
		if (n > 0)
			length += (size_t)n;
		else if (n == 0 && length < OUTPUT_MAX)
		{
			text[length] = '\0';
			return (ssize_t)length;
		}
		else if (n == 0 || errno != EINTR)
		{
			FailureSet(failure, FAILURE_CONFIG, "credential_process prints too much");
			return -1;
		}
	}

	FailureSet(failure, FAILURE_CANCELLED, "waiting for credentials was cancelled");

	return -1;
}

/* Tells whether somebody wants us to stop. */
static bool
Stopped(const CredentialLookup *lookup)
{
	return (lookup->stop != NULL && atomic_load(lookup->stop)) ||
		   (lookup->config->interrupted != NULL && lookup->config->interrupted());
}

/* Waits for the program's end, which may have to be hurried; returns its status. */
static int
Reap(const CredentialLookup *lookup, pid_t child, bool stop)
{
	int64_t deadline = HttpNow() + DEADLINE_MS;
	int status = -1;
	pid_t reaped;

	/* output that has ended need not mean a program that has */
	while (!stop && (reaped = waitpid(child, &status, WNOHANG)) != child)
	{
		/* a child that can't be waited for is not ours any more */
		stop = (reaped < 0 && errno != EINTR) || Stopped(lookup) || HttpNow() > deadline;
		if (!stop)
			poll(NULL, 0, REAP_MS);
	}

	if (!stop)
		return status;

	/* its whole group: a shell may have left the program behind */
	kill(-child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;

	/* killed is failed, whatever it would have said */
	return status != 0 ? status : -1;
}
