/**
 * CloudFront's event object made in JavaScript, for servers that have none: what a function needs that is moved
 * there from CloudFront. In the syntax of njs.
 *
 * `pairs` are the header lines as they came, `query` has a text or a list of texts for each parameter.
 */
export const eventSource = `function eventOf(method, uri, query, pairs, ip, requestId) {
  var headers = {}, cookies = {}, querystring = {}, i, key;
  for (i = 0; i < pairs.length; i++) {
    var name = pairs[i][0].toLowerCase();
    if (name === 'cookie') {
      pairs[i][1].split(';').forEach(function (pair) {
        var at = pair.indexOf('=');
        cookies[pair.slice(0, at).trim()] = { value: pair.slice(at + 1) };
      });
    } else if (headers[name]) {
      headers[name].multiValue = headers[name].multiValue || [{ value: headers[name].value }];
      headers[name].multiValue.push({ value: pairs[i][1] });
    } else {
      headers[name] = { value: pairs[i][1] };
    }
  }
  for (key in query) { querystring[key] = { value: query[key] }; }
  return {
    version: '1.0',
    context: { distributionDomainName: 'd1.cloudfront.net', distributionId: 'E1', eventType: 'viewer-request', requestId: requestId },
    viewer: { ip: ip },
    request: { method: method, uri: uri, querystring: querystring, headers: headers, cookies: cookies }
  };
}`;
