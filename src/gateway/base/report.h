/*
 * report.h
 *		Errors: the gateway's own, and PostgreSQL's with their position turned
 *		into one of the client's text.
 */
#ifndef SPARKIFY_GATEWAY_REPORT_H
#define SPARKIFY_GATEWAY_REPORT_H

#include "gateway/base/buffer.h"

/* From target on (characters of what PostgreSQL was given), up to the next one. */
typedef struct MapSegment
{
	uint32_t target;
	uint32_t source; /* characters of the client's text */
	uint8_t copied;	 /* each further character stands for a further one */
} MapSegment;

/* The way back to the client's text; shared by whatever may report an error about it. */
typedef struct PositionMap
{
	int uses;
	uint32_t
		base;  /* added to every position: the client's text began before what was asked about */
	char *tag; /* the statement's own, where the server is given an empty one; else NULL */
	uint32_t count;
	MapSegment segments[];
} PositionMap;

extern PositionMap *MapMake(uint32_t base, uint32_t count);
extern PositionMap *MapHold(PositionMap *map);
extern void MapRelease(PositionMap *map);

/* A position, from 1, in the client's text; NULL: the texts are the same. */
extern uint32_t MapPosition(const PositionMap *map, uint32_t position);

/* Adds a FATAL error of the gateway's own. */
extern void ReportFatal(Buffer *out, const char *sqlstate, const char *message, const char *hint);

/* Adds an ErrorResponse or NoticeResponse (whole, from its type on) with its position turned. */
extern void ReportRelay(Buffer *out, const char *message, size_t length, const PositionMap *map);

#endif /* SPARKIFY_GATEWAY_REPORT_H */
