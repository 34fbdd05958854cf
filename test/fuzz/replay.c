/*
 * replay.c
 *		Runs a fuzz target over files, where libFuzzer isn't: the driver of the
 *		tests, which keeps the targets building and their seeds passing.
 *
 *	replay_json FILE...          a program of its own
 *	fuzz_dialect(FILE, ...)      inside a backend, by the name of libFuzzer's driver
 *
 * It makes no inputs of its own: run.sh does.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef int (*Target)(const uint8_t *data, size_t size);

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) __attribute__((weak));
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, Target target);

/* Gives the target a file's bytes; false when the file can't be read. */
static bool
Replay(Target target, const char *path)
{
	FILE *file = fopen(path, "rb");
	long size;
	uint8_t *bytes;
	bool whole;

	if (file == NULL)
		return false;
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);

	/* exactly so many bytes, so that the sanitizers see a read past them */
	bytes = malloc(size > 0 ? (size_t)size : 1);
	whole = bytes != NULL && size >= 0 && fread(bytes, 1, (size_t)size, file) == (size_t)size;
	fclose(file);
	if (whole)
		target(bytes, (size_t)size);
	free(bytes);
	return whole;
}

/* Takes files where libFuzzer's driver takes options and folders; returns 0 when there were some and all were read. */
int
LLVMFuzzerRunDriver(int *argc, char ***argv, Target target)
{
	for (int i = 1; i < *argc; i++)
		if (!Replay(target, (*argv)[i]))
		{
			fprintf(stderr, "cannot read %s\n", (*argv)[i]);
			return 1;
		}
	return *argc > 1 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);
}
