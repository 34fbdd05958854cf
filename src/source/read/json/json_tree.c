/*
 * json_tree.c
 *		The paths of all columns as one tree, and the look-up of a node's children.
 */
#include "source/read/json/json_tree.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int AddStep(JsonTree *tree, int parent, const JsonPathStep *step, bool ignore_case);
static bool BuildNode(JsonTree *tree, JsonNode *node, bool ignore_case);
static int CompareElements(const void *left, const void *right);

/* Makes the tree of the columns' paths; false when memory ran out. */
bool
JsonTreeBuild(JsonTree *tree, const JsonMapping *mapping)
{
	size_t nodes = 1, columns = (size_t)mapping->npaths;

	tree->depth = 1;

	/* every step may be a node of its own; the arrays are made once, as large as they can get */
	for (int i = 0; i < mapping->npaths; i++)
	{
		nodes += (size_t)mapping->paths[i].nsteps;
		if (mapping->paths[i].nsteps > tree->depth)
			tree->depth = mapping->paths[i].nsteps;
	}

	tree->nodes = calloc(nodes, sizeof(JsonNode));
	tree->next_column = malloc((columns + 1) * sizeof(int));
	tree->column_node = malloc((columns + 1) * sizeof(int));
	if (!tree->nodes || !tree->next_column || !tree->column_node)
		return false;

	/* minus one is none: zero is the root */
	tree->nodes[0].parent = tree->nodes[0].sibling = -1;
	tree->nodes[0].first_child = tree->nodes[0].column = -1;
	tree->nnodes = 1;

	/*
	 * Backwards, because each column is put in front of its node's list: the list is then in
	 * order.
	 */
	for (int column = mapping->npaths - 1; column >= 0; column--)
	{
		const JsonPath *path = &mapping->paths[column];
		int node = 0;

		for (int i = 0; i < path->nsteps; i++)
			node = AddStep(tree, node, &path->steps[i], mapping->ignore_case);
		tree->next_column[column] = tree->nodes[node].column;
		tree->nodes[node].column = column;
		tree->column_node[column] = node;
	}

	for (int i = 0; i < tree->nnodes; i++)
		if (!BuildNode(tree, &tree->nodes[i], mapping->ignore_case))
			return false;
	return true;
}

/* Finds or adds the node for a step. */
static int
AddStep(JsonTree *tree, int parent, const JsonPathStep *step, bool ignore_case)
{
	int last;

	for (int child = tree->nodes[parent].first_child; child >= 0;
		 child = tree->nodes[child].sibling)
	{
		const JsonPathStep *other = &tree->nodes[child].step;

		if ((step->key == NULL) != (other->key == NULL))
			continue;
		if (step->key == NULL
				? step->index == other->index
				: step->key_length == other->key_length &&
					  (ignore_case ? strncasecmp(step->key, other->key, step->key_length)
								   : memcmp(step->key, other->key, step->key_length)) == 0)
			return child;
	}

	last = tree->nnodes++;
	tree->nodes[last].parent = parent;
	tree->nodes[last].step = *step;
	tree->nodes[last].first_child = tree->nodes[last].column = -1;
	tree->nodes[last].sibling = tree->nodes[parent].first_child;
	tree->nodes[parent].first_child = last;
	tree->nodes[parent].inner = true;

	return last;
}

/* Prepares the look-up of a node's children; false when memory ran out. */
static bool
BuildNode(JsonTree *tree, JsonNode *node, bool ignore_case)
{
	int nkeys = 0, nelements = 0;

	/* counted first: both tables are made in the size that they keep */
	for (int child = node->first_child; child >= 0; child = tree->nodes[child].sibling)
		if (tree->nodes[child].step.key != NULL)
			nkeys++;
		else
			nelements++;
	if (nkeys > 0 && (node->keys = JsonKeysCreate(nkeys, ignore_case)) == NULL)
		return false;
	if (nelements > 0 && (node->elements = calloc((size_t)nelements, sizeof(int))) == NULL)
		return false;

	for (int child = node->first_child; child >= 0; child = tree->nodes[child].sibling)
	{
		const JsonPathStep *step = &tree->nodes[child].step;

		if (step->key == NULL)
			node->elements[node->nelements++] = child;
		else if (!JsonKeysWant(node->keys, step->key, step->key_length, child))
			return false;
	}

	/* qsort has no argument for the tree: sort by index, then put the nodes back */
	for (int i = 0; i < nelements; i++)
		node->elements[i] = tree->nodes[node->elements[i]].step.index;
	if (nelements > 0)
		qsort(node->elements, (size_t)nelements, sizeof(int), CompareElements);
	for (int i = 0; i < nelements; i++)
	{
		JsonPathStep step = {.index = node->elements[i]};

		node->elements[i] = AddStep(tree, (int)(node - tree->nodes), &step, ignore_case);
	}

	return true;
}

/* Compares two indexes. */
static int
CompareElements(const void *left, const void *right)
{
	int a = *(const int *)left, b = *(const int *)right;

	return (a > b) - (a < b);
}

/* Releases what a tree holds, finished or not. */
void
JsonTreeClear(JsonTree *tree)
{
	for (int i = 0; i < tree->nnodes; i++)
	{
		JsonKeysFree(tree->nodes[i].keys);
		free(tree->nodes[i].elements);
	}

	free(tree->nodes);
	free(tree->next_column);
	free(tree->column_node);
}
