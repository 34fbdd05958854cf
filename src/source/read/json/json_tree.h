/*
 * json_tree.h
 *		The paths of all columns as one tree: steps that several share are one node.
 */
#ifndef SPARKIFY_JSON_TREE_H
#define SPARKIFY_JSON_TREE_H

#include "source/read/json/json_keys.h"
#include "source/read/json/json_reader.h"

/* A step that one or more paths share. */
typedef struct JsonNode
{
	/* in the tree */
	int parent;
	JsonPathStep step; /* the mapping's */
	int first_child;   /* -1: none */
	int sibling;

	/* what is to be done with a value here */
	int column; /* the first that wants it, or -1 */
	bool inner; /* some path goes on */
	JsonKeys *keys;
	int *elements; /* the nodes of indexes, in order */
	int nelements;

	uint64_t record; /* the last in which it was met */
} JsonNode;

typedef struct JsonTree
{
	JsonNode *nodes; /* node 0 is '$' */
	int nnodes;
	int *next_column; /* of the columns at the same node, or -1 */
	int *column_node;
	int depth; /* the steps of the longest path, at least 1 */
} JsonTree;

/* Fills a tree that is all zero; the steps are the mapping's.  False: no memory; clear it all the same. */
extern bool JsonTreeBuild(JsonTree *tree, const JsonMapping *mapping);
extern void JsonTreeClear(JsonTree *tree);

#endif /* SPARKIFY_JSON_TREE_H */
