/*
 * wake_up.c
 *		A descriptor that becomes readable when the caller is to look again.
 */
#include "source/base/wake_up.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

/*
 * An eventfd where there is one: a write to a pipe tells Linux that the writer
 * is about to sleep, so it puts the caller on the very processor that the
 * worker goes on using.
 */
bool
WakeUpOpen(WakeUp *wake_up)
{
#ifdef __linux__
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	*wake_up = (WakeUp){.wait_fd = fd, .wake_fd = fd};
	return fd >= 0;
#else
	int fds[2];

	*wake_up = WAKE_UP_CLOSED;
	if (pipe(fds) != 0)
		return false;

	for (int i = 0; i < 2; i++)
	{
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	}

	wake_up->wait_fd = fds[0];
	wake_up->wake_fd = fds[1];
	return true;
#endif
}

void
WakeUpClose(WakeUp *wake_up)
{
	if (wake_up->wait_fd >= 0)
		close(wake_up->wait_fd);
	if (wake_up->wake_fd >= 0 && wake_up->wake_fd != wake_up->wait_fd)
		close(wake_up->wake_fd);
	*wake_up = WAKE_UP_CLOSED;
}

void
WakeUpSend(WakeUp *wake_up)
{
	uint64_t one = 1; /* what an eventfd takes; a pipe takes it too */

	if (!wake_up->expected || wake_up->sent)
		return;

	while (write(wake_up->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	wake_up->sent = true;
	wake_up->expected = false;
}

void
WakeUpTake(WakeUp *wake_up)
{
	uint64_t one;

	if (!wake_up->sent)
		return;

	while (read(wake_up->wait_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	wake_up->sent = false;
}
