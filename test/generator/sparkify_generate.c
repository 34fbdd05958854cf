/*
 * sparkify_generate.c
 *		Writes a bucket directory of Sparkify's shape: made-up users listening
 *		to made-up songs.
 *
 *		BUCKET/log_data/2018/11/2018-11-01-events.json   one event a line, a file a day
 *		BUCKET/song_data/A/B/C/TRABC....json             one song a file
 *		BUCKET/log_json_path.json                        the jsonpaths of the events
 *
 * The same options give the same bytes on every machine.  No row of it comes
 * from anybody's data, but its shape has all that makes the real data hard:
 * user ids that are "" for logged-out users, nulls, numbers like
 * 1541016707796.0, quotes in user agents, names in UTF-8 and in \u escapes, no
 * newline at the end of a file, artist locations past 256 bytes, the same song
 * under two ids, the same id in two files of which one says less.
 *
 * It is a program of its own and needs nothing but the C library.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MS_A_DAY 86400000LL
#define FIRST_DAY 1541030400000LL /* 2018-11-01, as in the real data */
#define SESSION_GAP (30 * 60 * 1000)

/* One song in DOUBLES is another's twin under another id, one in REPEATS is in two files. */
#define DOUBLES 61
#define REPEATS 83
#define LONG_LOCATIONS 211

typedef struct Options
{
	int64_t events;
	int64_t songs;
	int64_t users;
	int64_t days;
	uint64_t seed;
	const char *bucket;
} Options;

/* What the log knows of a user between two events. */
typedef struct User
{
	int name;
	int family;
	int location;
	int agent;
	bool paid;
	int64_t registered;
	int64_t last; /* ts of the latest event */
	int session;
	int item;
} User;

/* A song as a function of its number, so that no list of them is kept. */
typedef struct Song
{
	int64_t number; /* decides title, artist and duration */
	char title[96];
	char artist[96];
	double duration;
} Song;

static const struct
{
	const char *raw;
	const char *escaped;
	char gender;
} first_names[] = {
	{"Ada", "Ada", 'F'},		   {"Bruno", "Bruno", 'M'},	  {"Chloé", "Chlo\\u00e9", 'F'},
	{"Dmitri", "Dmitri", 'M'},	   {"Esra", "Esra", 'F'},	  {"Farid", "Farid", 'M'},
	{"Greta", "Greta", 'F'},	   {"Hugo", "Hugo", 'M'},	  {"Inês", "In\\u00eas", 'F'},
	{"Jörg", "J\\u00F6rg", 'M'},   {"Keiko", "Keiko", 'F'},	  {"Łukasz", "\\u0141ukasz", 'M'},
	{"Maeve", "Maeve", 'F'},	   {"Nnamdi", "Nnamdi", 'M'}, {"Oksana", "Oksana", 'F'},
	{"Pau", "Pau", 'M'},		   {"Quinn", "Quinn", 'F'},	  {"小雪", "\\u5c0f\\u96ea", 'F'},
	{"Søren", "S\\u00f8ren", 'M'}, {"Thandi", "Thandi", 'F'}, {"Ugo", "Ugo", 'M'},
	{"Vera", "Vera", 'F'},		   {"Wim", "Wim", 'M'},		  {"Ximena", "Ximena", 'F'},
	{"Yusuf", "Yusuf", 'M'},	   {"Zoë", "Zo\\u00EB", 'F'},
};

static const char *const last_names[] = {
	"Abara",   "Berg",	 "Castillo", "Dvorak",	  "Eriksen", "Fontaine", "Gupta",	 "Haddad",
	"Ivanova", "Jansen", "Kowalski", "Lindqvist", "Moreau",	 "Nakamura", "O'Hara",	 "Pereira",
	"Quist",   "Rossi",	 "Sato",	 "Tanaka",	  "Urban",	 "Varga",	 "Williams", "Young",
};

static const char *const locations[] = {
	"Ashby-Millbrook, OR",
	"Cedar Falls-Redfield, IA",
	"Dunmore-Halston-Pike, TX",
	"Eastvale-Corona Heights, CA",
	"Fort Alder, WA",
	"Granite Bay-Loomis, CA",
	"Harlow-New Castle, NY-NJ-PA",
	"Juniper City-Ostrander, CO",
	"Kingsport-Bristow, TN-VA",
	"Lake Havelock, AZ",
	"Marlow-Sugar Creek, TX",
	"North Haverhill, NH",
	"Palmetto-Bayshore, FL",
	"Saint Orrin-Wells, MN-WI",
	"Tri-Lakes, SC",
};

/* As they stand inside a JSON string: slashes and quotes escaped. */
static const char *const agents[] = {
	"\\\"Mozilla\\/5.0 (Macintosh; Intel Mac OS X 10_14_1) AppleWebKit\\/537.36 (KHTML, like "
	"Gecko) Chrome\\/70.0.3538.77 Safari\\/537.36\\\"",
	"\\\"Mozilla\\/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit\\/537.36 (KHTML, like Gecko) "
	"Chrome\\/70.0.3538.67 Safari\\/537.36\\\"",
	"Mozilla\\/5.0 (X11; Ubuntu; Linux x86_64; rv:63.0) Gecko\\/20100101 Firefox\\/63.0",
	"Mozilla\\/5.0 (Windows NT 6.1; WOW64; rv:62.0) Gecko\\/20100101 Firefox\\/62.0",
	"\\\"Mozilla\\/5.0 (iPhone; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit\\/605.1.15 (KHTML, "
	"like Gecko) Version\\/12.0 Mobile\\/15E148 Safari\\/604.1\\\"",
	"Mozilla\\/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident\\/5.0)",
};

/* Pages that are no song, as often as they stand here. */
static const struct
{
	const char *page;
	const char *method;
	int status;
} pages[] = {
	{"Home", "GET", 200},		  {"Home", "GET", 200},		{"Home", "GET", 200},
	{"Home", "GET", 200},		  {"Settings", "GET", 200}, {"Help", "GET", 200},
	{"About", "GET", 200},		  {"Logout", "PUT", 307},	{"Downgrade", "GET", 200},
	{"Upgrade", "GET", 200},	  {"Error", "GET", 404},	{"Save Settings", "PUT", 307},
	{"Submit Level", "PUT", 307},
};

static const char *const adjectives[] = {
	"Amber", "Broken",	 "Crimson", "Distant", "Electric", "Fading",   "Golden", "Hollow",
	"Idle",	 "Jagged",	 "Kind",	"Lonely",  "Midnight", "Northern", "Open",	 "Paper",
	"Quiet", "Restless", "Silver",	"Tender",  "Unsaid",   "Velvet",   "Wild",	 "Ordinary",
};

static const char *const nouns[] = {
	"Avenue", "Bridge",	 "Canyon",	"Dancer",  "Engine",   "Fireflies", "Garden",  "Harbour",
	"Island", "Jukebox", "Kites",	"Letters", "Mirror",   "Neon",		"Ocean",   "Piano",
	"Queen",  "River",	 "Station", "Tides",   "Umbrella", "Valley",	"Windows", "Café",
};

static const char *const columns[] = {
	"artist",	 "auth",  "firstName", "gender", "itemInSession", "lastName",
	"length",	 "level", "location",  "method", "page",		  "registration",
	"sessionId", "song",  "status",	   "ts",	 "userAgent",	  "userId",
};

static void ReadOptions(Options *options, int argc, char **argv);
static void WritePaths(const Options *options);
static void WriteSongs(const Options *options);
static void WriteEvents(const Options *options);

int
main(int argc, char **argv)
{
	Options options = {.events = 8000, .songs = 2000, .seed = 1};

	ReadOptions(&options, argc, argv);
	WritePaths(&options);
	WriteSongs(&options);
	WriteEvents(&options);
	return 0;
}

/* Ends the program with a message. */
static void
Fail(const char *what, const char *path)
{
	fprintf(stderr, "sparkify_generate: %s %s: %s\n", what, path, strerror(errno));
	exit(1);
}

static void
Usage(FILE *out, int status)
{
	fprintf(out,
			"usage: sparkify_generate --bucket DIR [OPTION N]...\n"
			"  --events N   lines of log_data (8000)\n"
			"  --songs N    songs of song_data (2000); some come twice, in files of their own\n"
			"  --users N    listeners (grows with the events)\n"
			"  --days N     days, and so files, of log_data (grows with the events)\n"
			"  --seed N     another seed, other data (1)\n");
	exit(status);
}

static void
ReadOptions(Options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{"events", required_argument, NULL, 'e'}, {"songs", required_argument, NULL, 's'},
		{"users", required_argument, NULL, 'u'},  {"days", required_argument, NULL, 'd'},
		{"seed", required_argument, NULL, 'r'},	  {"bucket", required_argument, NULL, 'b'},
		{"help", no_argument, NULL, 'h'},		  {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
	{
		char *end = "";
		int64_t number = optarg && option != 'b' ? strtoll(optarg, &end, 10) : 0;

		if (*end != '\0' || number < 0 || (option == 'd' && number == 0) || option == '?')
			Usage(stderr, 2);
		switch (option)
		{
			case 'e':
				options->events = number;
				break;
			case 's':
				options->songs = number;
				break;
			case 'u':
				options->users = number;
				break;
			case 'd':
				options->days = number;
				break;
			case 'r':
				options->seed = (uint64_t)number;
				break;
			case 'b':
				options->bucket = optarg;
				break;
			case 'h':
				Usage(stdout, 0);
		}
	}
	if (options->bucket == NULL || optind < argc)
		Usage(stderr, 2);
	if (options->users == 0)
		options->users = 20 + options->events / 100;
	if (options->days == 0)
		options->days = (int64_t)ceil(30 * sqrt(fmax(1.0, (double)options->events / 8000)));
}

/* A number from a number, well mixed (the finalizer of splitmix64). */
static uint64_t
Mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* The next random number below a limit. */
static int64_t
Random(uint64_t *state, int64_t limit)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return (int64_t)(Mix(*state) % (uint64_t)limit);
}

/* Opens a file below the bucket for writing, making its directories. */
static FILE *
OpenObject(const Options *options, const char *key)
{
	char path[4096];
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s", options->bucket, key) >= (int)sizeof(path))
	{
		errno = ENAMETOOLONG;
		Fail("cannot write", key);
	}
	/* Most directories are there already: they are made only when the file can't be. */
	file = fopen(path, "w");
	if (file == NULL && errno == ENOENT)
	{
		for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		{
			*slash = '\0';
			if (mkdir(path, 0777) != 0 && errno != EEXIST)
				Fail("cannot make", path);
			*slash = '/';
		}
		file = fopen(path, "w");
	}
	if (file == NULL)
		Fail("cannot write", path);
	return file;
}

static void
CloseObject(FILE *file, const char *key)
{
	if (ferror(file) || fclose(file) != 0)
		Fail("cannot write", key);
}

/* Prints a number with up to five decimals and no zeros behind: 218.9, as JSON writers do. */
static void
PrintNumber(FILE *file, double number)
{
	char text[32];
	char *end = text + snprintf(text, sizeof(text), "%.5f", number) - 1;

	while (*end == '0' && end[-1] != '.')
		*end-- = '\0';
	fputs(text, file);
}

/* Writes the jsonpaths file of the events. */
static void
WritePaths(const Options *options)
{
	FILE *file = OpenObject(options, "log_json_path.json");

	fputs("{\n    \"jsonpaths\": [\n", file);
	for (size_t i = 0; i < LENGTH_OF(columns); i++)
		fprintf(file, "        \"$['%s']\"%s\n", columns[i], i + 1 < LENGTH_OF(columns) ? "," : "");
	fputs("    ]\n}", file);
	CloseObject(file, "log_json_path.json");
}

/* Makes an id of 18 characters as the song data set has them: SOxxxxx12Axxxxxxxx. */
static void
MakeId(char *id, const char *kind, int64_t number, uint64_t seed)
{
	uint64_t mixed = Mix((uint64_t)number ^ Mix(seed));

	/* The last eight digits are a bijection of the number, so no two are alike. */
	snprintf(id, 19, "%s%c%c%c%c%c12A%08" PRIX32, kind, (char)('A' + mixed % 26),
			 (char)('A' + (mixed >> 8) % 26), (char)('A' + (mixed >> 16) % 26),
			 (char)('A' + (mixed >> 24) % 26), (char)('A' + (mixed >> 32) % 26),
			 (uint32_t)number * 2654435761u);
}

/* The song of a number; numbers past the library's are songs that no file knows. */
static Song
MakeSong(const Options *options, int64_t number)
{
	uint64_t mixed, artist;
	Song song;

	/* A twin has everything of its neighbour but the id. */
	if (number % DOUBLES == DOUBLES - 1)
		number--;
	mixed = Mix((uint64_t)number ^ Mix(options->seed + 1));
	artist = Mix((uint64_t)(number / 2) ^ Mix(options->seed + 4));
	song.number = number;
	snprintf(song.title, sizeof(song.title), "%s %s%s", adjectives[mixed % LENGTH_OF(adjectives)],
			 nouns[(mixed >> 16) % LENGTH_OF(nouns)], number % 7 == 3 ? " (\\\"Live\\\")" : "");
	/* Now and then an artist goes by another name: artists has one row all the same. */
	snprintf(song.artist, sizeof(song.artist), "%s and the %s %" PRId64 "%s",
			 first_names[artist % LENGTH_OF(first_names)].raw,
			 nouns[(artist >> 16) % LENGTH_OF(nouns)], number / 2,
			 number % 19 == 5 ? " feat. Friends" : "");
	song.duration = 30.0 + (double)((mixed >> 20) % 40000000) / 100000.0;
	return song;
}

/* Writes one song file; a poor one leaves out what it may. */
static void
WriteSong(const Options *options, int64_t number, bool poor)
{
	Song song = MakeSong(options, number);
	uint64_t mixed = Mix((uint64_t)song.number ^ Mix(options->seed + 2));
	int64_t artist = song.number / 2;
	bool placed = !poor && artist % 3 == 0;
	char song_id[19], artist_id[19], track[19], key[64];
	FILE *file;

	MakeId(song_id, "SO", number, options->seed);
	MakeId(artist_id, "AR", artist, options->seed);
	MakeId(track, "TR", poor ? options->songs + number : number, options->seed);
	snprintf(key, sizeof(key), "song_data/%c/%c/%c/%s.json", track[2], track[3], track[4], track);
	file = OpenObject(options, key);
	fprintf(file, "{\"num_songs\": 1, \"artist_id\": \"%s\", ", artist_id);
	if (placed)
		fprintf(file, "\"artist_latitude\": %.5f, \"artist_longitude\": %.5f, ",
				(double)(artist % 17000) / 100 - 85, (double)(artist % 35000) / 100 - 175);
	else
		fputs("\"artist_latitude\": null, \"artist_longitude\": null, ", file);
	fprintf(file, "\"artist_location\": \"%s",
			placed ? locations[artist % LENGTH_OF(locations)] : "");
	if (artist % LONG_LOCATIONS == 0 && !poor)
		for (int i = 0; i < 12; i++)
			fprintf(file, " \\u2013 <a href=\\\"http:\\/\\/example.org\\/%d\\\">on tour</a>", i);
	fprintf(file,
			"\", \"artist_name\": \"%s\", \"song_id\": \"%s\", \"title\": \"%s\", \"duration\": ",
			song.artist, song_id, song.title);
	PrintNumber(file, song.duration);
	fprintf(file, ", \"year\": %d}", poor || mixed % 3 == 0 ? 0 : (int)(1960 + mixed % 58));
	CloseObject(file, key);
}

/* Writes the library, a file a song. */
static void
WriteSongs(const Options *options)
{
	for (int64_t number = 0; number < options->songs; number++)
	{
		WriteSong(options, number, false);
		if (number % REPEATS == REPEATS - 1)
			WriteSong(options, number, true);
	}
}

/* Makes up the users. */
static User *
MakeUsers(const Options *options, uint64_t *state)
{
	User *users = calloc((size_t)options->users, sizeof(User));

	if (users == NULL)
		Fail("cannot remember", "the users");
	for (int64_t i = 0; i < options->users; i++)
		users[i] = (User){.name = (int)Random(state, LENGTH_OF(first_names)),
						  .family = (int)Random(state, LENGTH_OF(last_names)),
						  .location = (int)Random(state, LENGTH_OF(locations)),
						  .agent = (int)Random(state, LENGTH_OF(agents)),
						  .paid = Random(state, 4) == 0,
						  .registered = FIRST_DAY - Random(state, 90 * MS_A_DAY)};
	return users;
}

/* Prints what an event says of a song, or nulls. */
static void
PrintSong(FILE *file, const Song *song, const char *before, bool artist)
{
	if (song == NULL)
		fprintf(file, "%snull", before);
	else if (artist)
		fprintf(file, "%s\"%s\"", before, song->artist);
	else
		fprintf(file, "%s\"%s\"", before, song->title);
}

/* Prints an event of somebody who isn't logged in. */
static void
PrintVisit(FILE *file, int64_t ts, int session, int item)
{
	fprintf(file,
			"{\"artist\":null,\"auth\":\"Logged Out\",\"firstName\":null,\"gender\":null,"
			"\"itemInSession\":%d,\"lastName\":null,\"length\":null,\"level\":\"free\","
			"\"location\":null,\"method\":\"%s\",\"page\":\"%s\",\"registration\":null,"
			"\"sessionId\":%d,\"song\":null,\"status\":%d,\"ts\":%" PRId64
			",\"userAgent\":null,\"userId\":\"\"}",
			item, item % 2 ? "PUT" : "GET", item % 2 ? "Login" : "Home", session,
			item % 2 ? 307 : 200, ts);
}

/* Prints an event of a user: a song, or page number page. */
static void
PrintEvent(FILE *file, const User *user, int64_t id, int64_t ts, const Song *song, int page,
		   bool escaped)
{
	const char *name = escaped ? first_names[user->name].escaped : first_names[user->name].raw;
	const char *title = pages[page].page;

	if (strcmp(title, "Submit Level") == 0)
		title = user->paid ? "Submit Upgrade" : "Submit Downgrade";
	PrintSong(file, song, "{\"artist\":", true);
	fprintf(file,
			",\"auth\":\"Logged In\",\"firstName\":\"%s\",\"gender\":\"%c\",\"itemInSession\":%d,"
			"\"lastName\":\"%s\",\"length\":",
			name, first_names[user->name].gender, user->item, last_names[user->family]);
	if (song)
		PrintNumber(file, song->duration);
	else
		fputs("null", file);
	fprintf(file,
			",\"level\":\"%s\",\"location\":\"%s\",\"method\":\"%s\",\"page\":\"%s\","
			"\"registration\":%" PRId64 ".0,\"sessionId\":%d",
			user->paid ? "paid" : "free", locations[user->location],
			song ? "PUT" : pages[page].method, song ? "NextSong" : title, user->registered,
			user->session);
	PrintSong(file, song, ",\"song\":", false);
	fprintf(file,
			",\"status\":%d,\"ts\":%" PRId64 ",\"userAgent\":\"%s\",\"userId\":\"%" PRId64 "\"}",
			song ? 200 : pages[page].status, ts, agents[user->agent], id);
}

/* The number of a song to play: four in ten from the library, a few songs far more often. */
static int64_t
PickSong(const Options *options, uint64_t *state)
{
	double popular = (double)Random(state, 1 << 20) / (1 << 20);

	if (options->songs > 0 && Random(state, 10) < 4)
		return (int64_t)(popular * popular * popular * (double)options->songs);
	return options->songs + Random(state, 50000);
}

/* Makes the next event of a user and prints it. */
static void
NextEvent(FILE *file, const Options *options, User *user, int64_t id, int64_t ts, uint64_t *state,
		  int *sessions)
{
	bool escaped = ts / MS_A_DAY % 2 == 0;
	int page = (int)Random(state, LENGTH_OF(pages));

	if (user->last == 0 || ts - user->last > SESSION_GAP)
	{
		user->session = ++*sessions;
		user->item = 0;
	}
	user->last = ts;
	if (Random(state, 100) < 83)
	{
		Song song = MakeSong(options, PickSong(options, state));

		PrintEvent(file, user, id, ts, &song, 0, escaped);
	}
	else
	{
		if (strcmp(pages[page].page, "Submit Level") == 0)
			user->paid = !user->paid;
		PrintEvent(file, user, id, ts, NULL, page, escaped);
	}
	user->item++;
}

/* Prints the events of a day, in order of time, into its file. */
static void
WriteDay(const Options *options, int64_t day, int64_t count, User *users, uint64_t *state,
		 int *sessions)
{
	int64_t ts = FIRST_DAY + day * MS_A_DAY + Random(state, 60000);
	int64_t end = FIRST_DAY + (day + 1) * MS_A_DAY;
	int64_t gap = (MS_A_DAY - 120000) / count;
	time_t seconds = (time_t)(ts / 1000);
	struct tm date;
	char key[64];
	FILE *file;

	gmtime_r(&seconds, &date);
	strftime(key, sizeof(key), "log_data/%Y/%m/%Y-%m-%d-events.json", &date);
	file = OpenObject(options, key);
	for (int64_t i = 0; i < count; i++)
	{
		int64_t id, next;

		if (i > 0)
			fputc('\n', file);
		if (Random(state, 28) == 0)
			PrintVisit(file, ts, ++*sessions, (int)Random(state, 2));
		else
		{
			/* Some listen far more than others. */
			id = Random(state, 1 + Random(state, options->users));
			NextEvent(file, options, &users[id], id + 2, ts, state, sessions);
		}
		/* Now and then two events in one millisecond. */
		next = ts + gap / 2 + Random(state, gap + 1);
		if (next < end && Random(state, 200) != 0)
			ts = next;
	}
	CloseObject(file, key);
}

/* Writes the log, a file a day, week-ends quieter. */
static void
WriteEvents(const Options *options)
{
	uint64_t state = Mix(options->seed + 3);
	User *users = MakeUsers(options, &state);
	int sessions = 0;
	int64_t left = options->events;

	for (int64_t day = 0; day < options->days && left > 0; day++)
	{
		int64_t even = left / (options->days - day);
		bool weekend = day % 7 == 2 || day % 7 == 3;
		int64_t count = day + 1 == options->days ? left : weekend ? even / 2 : even;

		if (count > 0)
			WriteDay(options, day, count, users, &state, &sessions);
		left -= count;
	}
	free(users);
}
