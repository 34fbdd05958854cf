/*
 * wire_bench.c
 *		What the endpoint costs a client: the same client of libpq's over three
 *		connection strings, in turn, medians and their ratios.
 *
 *		wire_bench DIRECT ENDPOINT TLS
 *		wire_bench --recording DOOR    one session, its queries recorded by turns, for whom may set it
 *		wire_bench --idle COUNT DOOR COMMAND    runs a command while so many clients do nothing
 *
 * Each measurement goes round the doors, so that whatever else the
 * machine does at the time meets all of them.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DOORS 3
#define MOST_ROUNDS 10000

/* Recording costs less than two sessions differ in by their place in memory, so one measures it, in blocks. */
#define RECORDING_PAIRS 1000
#define RECORDING_BLOCK 200
#define RECORDING_LIMIT 1.02

/* What is measured, and what is promised. */
typedef struct Measurement
{
	const char *name;
	int rounds;
	double (*once)(PGconn *connection, const char *door, const char *sql);
	const char *sql;
	double limits[DOORS]; /* of the ratio to the direct door; 0: none */
} Measurement;

static double Query(PGconn *connection, const char *door, const char *sql);
static double QueryOfOther(PGconn *connection, const char *door, const char *sql);
static double QueryAndUndo(PGconn *connection, const char *door, const char *sql);
static double Connect(PGconn *connection, const char *door, const char *sql);
static void Measure(const Measurement *measurement, char **doors, PGconn **connections, int count);
static char *Literals(int rows);
static double Median(double *times, int count);
static int CompareTimes(const void *a, const void *b);
static double Now(void);
static void Check(PGconn *connection, PGresult *result);
static PGconn *Open(const char *door);
static int Idle(int count, const char *door, const char *command);
static int Recording(const char *door);
static double Block(PGconn *connection, const char *door, int is_recorded);

int
main(int argc, char **argv)
{
	const Measurement measurements[] = {
		{"SELECT 1", 2000, Query, "SELECT 1", {0, 2.0, 0}},
		{"point SELECT", 1000, Query, "SELECT title FROM songs WHERE song_id = 4242", {0, 1.7, 0}},
		{"point SELECT, each of another row",
		 1000,
		 QueryOfOther,
		 "SELECT title FROM songs WHERE song_id = ",
		 {0, 1.7, 0}},
		{"join with GROUP BY",
		 500,
		 Query,
		 "SELECT a.genre, COUNT(*), MAX(s.title) FROM songs s JOIN artists a ON s.artist_id = "
		 "a.artist_id WHERE s.song_id < 300 GROUP BY a.genre",
		 {0}},
		{"one-row INSERT", 500, QueryAndUndo, Literals(1), {0}},
		{"1,000-row INSERT of literals", 60, QueryAndUndo, Literals(1000), {0, 1.3, 0}},
		{"connect", 100, Connect, NULL, {0, 0, 2.0}},
		{"1,000,000 rows", 7, Query, "SELECT song_id, title, duration FROM million", {0, 1.1, 0}},
	};
	PGconn *connections[DOORS];

	if (argc == 3 && strcmp(argv[1], "--recording") == 0)
		return Recording(argv[2]);
	if (argc == 5 && strcmp(argv[1], "--idle") == 0)
		return Idle(atoi(argv[2]), argv[3], argv[4]);
	if (argc != DOORS + 1)
	{
		fprintf(stderr,
				"usage: wire_bench DIRECT ENDPOINT TLS | --recording DOOR | --idle COUNT DOOR "
				"COMMAND\n");
		return 2;
	}
	for (int i = 0; i < DOORS; i++)
		connections[i] = Open(argv[i + 1]);
	for (size_t i = 0; i < sizeof(measurements) / sizeof(measurements[0]); i++)
		Measure(&measurements[i], argv + 1, connections, DOORS);
	for (int i = 0; i < DOORS; i++)
		PQfinish(connections[i]);
	return 0;
}

/* Measures at each door in turn, and prints the medians in microseconds with their ratios. */
static void
Measure(const Measurement *measurement, char **doors, PGconn **connections, int count)
{
	static double times[DOORS][MOST_ROUNDS];
	double medians[DOORS];

	/* the first rounds fill caches, and aren't counted */
	for (int round = -2; round < measurement->rounds; round++)
		for (int i = 0; i < count; i++)
		{
			/* who comes first changes */
			int door = (i + round + count) % count;
			double time = measurement->once(connections[door], doors[door], measurement->sql);

			if (round >= 0)
				times[door][round] = time;
		}
	for (int door = 0; door < count; door++)
		medians[door] = Median(times[door], measurement->rounds);
	printf("%-34s", measurement->name);
	for (int door = 0; door < count; door++)
		printf(" %10.0f", medians[door] * 1e6);
	for (int door = 1; door < count; door++)
	{
		double ratio = medians[door] / medians[0];

		printf("  %5.2f", ratio);
		if (measurement->limits[door] > 0)
			printf(" (at most %g: %s)", measurement->limits[door],
				   ratio <= measurement->limits[door] ? "holds" : "does not hold");
	}
	printf("\n");
	fflush(stdout);
}

/* The seconds that a query and all of its rows take. */
static double
Query(PGconn *connection, const char *door, const char *sql)
{
	double start = Now();
	PGresult *result = PQexec(connection, sql);
	double time = Now() - start;

	Check(connection, result);
	return time;
}

/* Likewise, of a text that hasn't been there before. */
static double
QueryOfOther(PGconn *connection, const char *door, const char *sql)
{
	static int song;
	char text[100];

	song = song % 100000 + 1;
	snprintf(text, sizeof(text), "%s%d", sql, song);
	return Query(connection, door, text);
}

/* Likewise, in a transaction that is taken back. */
static double
QueryAndUndo(PGconn *connection, const char *door, const char *sql)
{
	double time;

	Check(connection, PQexec(connection, "BEGIN"));
	time = Query(connection, door, sql);
	Check(connection, PQexec(connection, "ROLLBACK"));
	return time;
}

/* The seconds that it takes to come in. */
static double
Connect(PGconn *connection, const char *door, const char *sql)
{
	double start = Now();
	PGconn *own = Open(door);
	double time = Now() - start;

	PQfinish(own);
	return time;
}

/* An INSERT of so many rows, each with numbers, texts with quotes, dates and NULL. */
static char *
Literals(int rows)
{
	size_t size = 200 + (size_t)rows * 120;
	char *sql = malloc(size);
	size_t used = snprintf(sql, size, "INSERT INTO plays VALUES ");

	for (int i = 0; i < rows; i++)
		used += snprintf(sql + used, size - used,
						 "%s(%d, '2018-11-%02d 10:20:%02d', 'it''s user %d', %d.5, NULL, 'paid')",
						 i > 0 ? ", " : "", i, i % 30 + 1, i % 60, i, i);
	return sql;
}

static double
Median(double *times, int count)
{
	qsort(times, count, sizeof(*times), CompareTimes);
	return times[count / 2];
}

static int
CompareTimes(const void *a, const void *b)
{
	double left = *(const double *)a;
	double right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
Now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Ends the program where a statement has failed. */
static void
Check(PGconn *connection, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(connection));
		exit(1);
	}
	PQclear(result);
}

static PGconn *
Open(const char *door)
{
	PGconn *connection = PQconnectdb(door);

	if (PQstatus(connection) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(connection));
		exit(1);
	}
	return connection;
}

/* Runs a command while so many clients are connected and do nothing. */
static int
Idle(int count, const char *door, const char *command)
{
	PGconn **clients = calloc(count, sizeof(*clients));
	int status;

	for (int i = 0; i < count; i++)
		clients[i] = Open(door);
	status = system(command);
	for (int i = 0; i < count; i++)
		PQfinish(clients[i]);
	free(clients);
	return status == 0 ? 0 : 1;
}

/* Prints what recording costs: the median of the ratios of blocks that follow each other, and their quartiles. */
static int
Recording(const char *door)
{
	static double ratios[RECORDING_PAIRS];
	PGconn *connection = Open(door);
	double times[2] = {0, 0};
	double median;

	for (int pair = 0; pair < RECORDING_PAIRS; pair++)
	{
		double block[2];

		/* who comes first changes */
		for (int i = 0; i < 2; i++)
		{
			int is_recorded = (i + pair) % 2;

			block[is_recorded] = Block(connection, door, is_recorded);
			times[is_recorded] += block[is_recorded] / RECORDING_PAIRS;
		}
		ratios[pair] = block[1] / block[0];
	}
	PQfinish(connection);

	median = Median(ratios, RECORDING_PAIRS);
	printf("%-34s %10.2f %10.2f  %6.4f (%.4f to %.4f; at most %g: %s)\n", "SELECT 1",
		   times[0] * 1e6, times[1] * 1e6, median, ratios[RECORDING_PAIRS / 4],
		   ratios[RECORDING_PAIRS * 3 / 4], RECORDING_LIMIT,
		   median <= RECORDING_LIMIT ? "holds" : "does not hold");
	return 0;
}

/* The median of a block of queries, recorded or not; the first few of it aren't counted. */
static double
Block(PGconn *connection, const char *door, int is_recorded)
{
	static double times[RECORDING_BLOCK];

	Check(connection, PQexec(connection, is_recorded ? "SET sparkify_dwh.query_log TO on"
													 : "SET sparkify_dwh.query_log TO off"));
	for (int i = -10; i < RECORDING_BLOCK; i++)
		times[i < 0 ? 0 : i] = Query(connection, door, "SELECT 1");
	return Median(times, RECORDING_BLOCK);
}
