/** The form of an edge location's name, X-Amz-Cf-Pop: an airport's code, a number and a place in it. */
export const edgeLocationName = /^[A-Z]{3}\d{1,2}(-[A-Z]\d{1,2})?$/;
